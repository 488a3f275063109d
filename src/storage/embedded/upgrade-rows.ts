// Data folders of versions before retention classes: their mailbox.db knew one bucket of a conversation at a time.

import { join } from 'node:path'
import { fromUtf8 } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Place } from '../../record/bodies/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { startOfEnvelope } from '../../record/ledger/envelope.ts'
import { decodeEntry, entryBytes, type Entry } from '../../record/ledger/entry.ts'
import { partIds } from '../../record/ledger/parts.ts'
import { openRecord } from '../../record/ledger/seal.ts'
import { pseudonyms } from '../../record/mailbox/names.ts'
import { type Pseudonym } from '../../record/mailbox/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { upgradeMailbox } from '../sqlite/mailbox-upgrade.ts'
import { dataPaths } from './integrator-messages.ts'

/**
 * Brings mailbox.db up to date, before the integrator has it. Nothing is done where it is, or where there is none.
 *
 * @throws {FatalError} when a body that it needs is not there, or does not open
 */
export async function upgradeRows(dataDir: string, keys: Keys, log: Log): Promise<void> {
  const bodies = fileBodyFiles(join(dataDir, dataPaths.bodies))
  const names = pseudonyms(keys)
  const read = ({ bucket, offset, length }: Place): Buffer => bodies.read(bucket, offset, length)
  try {
    const looked = await upgradeMailbox(join(dataDir, dataPaths.mailbox), {
      entry: (place, position) => entryOf(read({ ...place, length: entryBytes }), position),
      async conversation(place, position): Promise<Pseudonym> {
        return names.conversation(
          startOfEnvelope(await envelopeOf(read(place), position, keys)).conv,
        )
      },
    })
    if (looked !== null) log.info('mailbox.upgraded', { records: looked })
  } finally {
    bodies.close()
  }
}

function entryOf(bytes: Uint8Array, position: LogPosition): Entry {
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw new FatalError(`record ${position} in bodies: ${entry}`)
  return entry
}

async function envelopeOf(bytes: Uint8Array, position: LogPosition, keys: Keys): Promise<string> {
  const head = bytes.subarray(0, entryBytes)
  const entry = entryOf(head, position)
  const { bucket, handle, seq, salt } = entry
  const secret = await keys.record({ bucket, handle, seq, salt, position }, 'index')
  if (secret === null) throw new FatalError(`the key of record ${position} is gone`)
  const sealed = { entry, entryBytes: head, body: bytes.subarray(entryBytes) }
  const opened = openRecord(sealed, secret, { check: 'tag' })
  const part = opened.ok ? opened.parts.find(({ id }) => id === partIds.envelope) : undefined
  const json = part === undefined ? null : fromUtf8(part.bytes)
  if (json === null) throw new FatalError(`record ${position} in bodies does not open`)
  return json
}
