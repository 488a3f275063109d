// All acts, in log order, without the rest of the log: they lie in buckets of their own.

import { type Keys } from '../keys/ports.ts'
import { bodyLengthAt, entryBytes } from '../ledger/entry.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { actsName } from '../retention/builtin.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { entryOf, rawOpener } from '../verify/open-records.ts'
import { Broken, type RecordSource } from '../verify/ports.ts'
import { readAhead } from '../verify/read-ahead.ts'

/** An act as it was said. */
export type Act = {
  readonly position: LogPosition
  readonly envelope: Envelope
  readonly content: string
}

type Parts = {
  readonly source: Pick<RecordSource, 'bodies'>
  readonly audit: Pick<MailboxAudit, 'bodyEnds'>
  readonly keys: Keys
}

/** Whether all acts can be seen: none was disposed of. */
export function hasAllActs(keys: Pick<Keys, 'knownBuckets'>): boolean {
  return keys
    .knownBuckets()
    .every(({ class: name, state }) => name !== actsName || state === 'whole')
}

/** @throws {Broken} for the first that does not open */
export async function* actsIn({ source, audit, keys }: Parts): AsyncGenerator<Act> {
  const open = rawOpener(keys)
  const ends = audit.bodyEnds()
  const buckets = keys.knownBuckets().filter(({ class: name }) => name === actsName)
  for (const { number } of buckets) {
    const read = readAhead(source.bodies)
    const end = ends.get(number) ?? 0
    const path = `bodies/${number}`
    for (let at = 0; at + entryBytes <= end;) {
      const bytes = read(number, at, entryBytes).slice()
      const bodyAt = at + entryBytes
      // Where it stands is known when it is open.
      const entry = entryOf(bytes, -1)
      const body = (): Uint8Array => read(number, bodyAt, entry.bodyLength)
      const texts = await open({ entry: bytes, body }, { entry, position: -1, path })
      at = bodyAt + bodyLengthAt(bytes, 0)
      if (texts === null) throw new Broken('vault', `the key of bucket ${number} is not in it`)
      const envelope: Envelope = JSON.parse(texts.envelope)
      const position = keys.positionOf(envelope.stanza_id)
      if (position === null) throw new Broken(path, 'an act there names no place in the log')
      yield { position, envelope, content: texts.content }
    }
  }
}
