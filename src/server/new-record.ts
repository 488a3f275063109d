import { readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { newPerson } from '../api/people/add-person.ts'
import { clauseOf, sentence } from '../api/door/sentence.ts'
import { addressOf } from '../directory/adding.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { type Config } from './config.ts'

/** What there is of a record in a data folder. A log without a vault cannot be read: then a vault must not be made, but found. */
const partsOfRecord = ['vault', 'wal', 'log']

/** A file in a data folder for as long as a backup is being restored into it. */
export const restoringName = 'restoring'

/** @throws {OperatorError} for a folder that a restore has not finished */
export function refuseHalfRestored(data: string): void {
  if (!existsSync(join(data, restoringName))) return
  throw new OperatorError(
    'data.half-restored',
    `A backup was being restored into ${data}, and that did not come to its end: say onrecord restore again.`,
  )
}

/** Whether the folder has a record, or what is left of one. */
export async function hasRecord(data: string): Promise<boolean> {
  try {
    const names = await readdir(data)
    return partsOfRecord.some((part) => names.includes(part))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

/**
 * What a command that is not the start may do where there is no record: add the first person, where nothing at all is there yet. With a
 * key, the folder was mistyped.
 *
 * @param act `check` and `add` are of that person; `other` is anything else
 * @throws {OperatorError} with one sentence
 */
export function mayMakeRecord(
  { data, keyFile }: Pick<Config, 'data' | 'keyFile'>,
  act: 'check' | 'add' | 'other',
): void {
  if (act !== 'other' && !existsSync(keyFile)) return
  throw new OperatorError(
    'data.no-record',
    `There is no record in ${data}: say where it is with --data or ONRECORD_DATA, or have the server make a new one by starting it.`,
  )
}

/** Whether the first person can be added, before there is a record. @throws {OperatorError} with one sentence */
export function checkFirst({ domain }: Pick<Config, 'domain'>, given: unknown): void {
  const person = newPerson.safeParse(given, { error: clauseOf })
  if (!person.success) throw new OperatorError('api.bad-request', sentence(person.error))
  addressOf(person.data.address, { domain, parseAddress: parseJid })
}
