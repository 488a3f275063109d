import { type Migration } from '../migrate.ts'
import { migration as people } from './0001-people.ts'

/** All steps, in order. A new one is added at the end. */
export const migrations: readonly Migration[] = [people]
