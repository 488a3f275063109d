// What a bundle needs beside the record: addresses, files, and where acts are.

import { join } from 'node:path'
import { fromBase64, utf8 } from '../base/bytes.ts'
import { secretKey } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { accessArchive } from '../discovery/acts.ts'
import { exportsArchive } from '../discovery/bundle/act.ts'
import {
  type BundleWorld,
  type DatedAddress,
  type NamedAttachment,
} from '../discovery/bundle/ports.ts'
import { type FileId, type FileStore } from '../files/ports.ts'
import { openSealed } from '../files/sealed-file.ts'
import { outsiderId } from '../intake/outsider.ts'
import { recordsArchive } from '../record/disposal/events.ts'
import { personId } from '../record/ids.ts'
import { type Keys } from '../record/keys/ports.ts'
import { pseudonyms } from '../record/mailbox/names.ts'
import { type MailboxIndex } from '../record/mailbox/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { fileStore } from '../storage/files/file-store.ts'
import { sqlitePeople } from '../storage/sqlite/people-audit.ts'
import { type OpenedEvidence } from './opened-evidence.ts'

/** @throws {OperatorError} when state.db cannot be read */
export async function bundleWorld({ data, keys, index }: OpenedEvidence): Promise<BundleWorld> {
  const stored = sqlitePeople(join(data, 'state.db'), keys)
  if (typeof stored === 'string')
    throw new OperatorError('export.no-people', `state.db: ${stored}: see onrecord verify`)
  const files = await fileStore(join(data, 'files'))
  const addresses = stored.addresses.map(
    ({ address, person, sincePosition, untilPosition }): DatedAddress => ({
      address,
      person: personId(person),
      since: sincePosition,
      until: untilPosition,
    }),
  )
  return {
    addresses,
    outsiderId,
    attachment: async (file) => await openAttachment(files, file),
    acts: () => actsIn(index, keys),
  }
}

/** Rows that are read at a time. */
const rowsPerRead = 1_000

/** Acts are found in the archives that are nobody's, statements by their place, and changes of signing keys in the vault. */
function actsIn(index: MailboxIndex, keys: Keys): readonly LogPosition[] {
  const names = pseudonyms(keys)
  const found = keys.log.past.map(({ at }) => at)
  for (const archive of [recordsArchive, accessArchive, exportsArchive]) {
    const query = { owner: names.person(archive), limit: rowsPerRead, newestFirst: false }
    found.push(...paged((after) => index.rows({ ...query, after }).map((row) => row.position)))
  }
  found.push(...paged((after) => index.statements(after, rowsPerRead)))
  return found.toSorted((a, b) => a - b)
}

/** @param page what comes behind a position, ascending */
function* paged(page: (after: LogPosition) => readonly LogPosition[]): Generator<LogPosition> {
  for (let after = -1; ;) {
    const some = page(after)
    yield* some
    const last = some.at(-1)
    if (last === undefined) return
    after = last
  }
}

async function openAttachment(
  files: FileStore,
  { id, size, key }: NamedAttachment,
): Promise<AsyncIterable<Uint8Array> | null> {
  const bytes = fromBase64(key)
  const reader = bytes && isFileId(id) ? await files.open(id) : null
  if (reader === null || bytes === null) return null
  return (async function* () {
    try {
      const file = await openSealed(reader, { key: secretKey(bytes), context: utf8(id), size })
      yield* file.read(0, size)
    } finally {
      await reader.close()
    }
  })()
}

function isFileId(id: string): id is FileId {
  return /^[0-9a-f]{32}$/.test(id)
}
