import { type Command } from '../command.ts'
import { configCheck } from './config-check.ts'
import { verify } from './verify.ts'
import { version } from './version.ts'

/** All commands, in the order in which the overview lists them. */
export const commands: readonly Command[] = [configCheck, verify, version]
