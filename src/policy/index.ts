import { endToEndEncrypted } from './end-to-end-encrypted.ts'
import { type Rule } from './rule.ts'

/** All rules that hold for everybody. */
export const rules: readonly Rule[] = [endToEndEncrypted]
