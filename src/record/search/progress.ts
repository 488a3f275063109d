// How far all partitions are, and how many there are: search/progress, from where a start goes on.

import { fromHex, fromUtf8, toHex, utf8 } from '../../base/bytes.ts'
import { sameSecret } from '../../base/crypto.ts'
import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { type PartitionStore } from './ports.ts'

const name = 'progress'
/** Some tens of thousands of buckets. */
const bytesMax = 1_048_576

export type Progress = {
  /** Everything below is in partitions. */
  readonly position: LogPosition
  /** By bucket, how many. */
  readonly partitions: ReadonlyMap<number, number>
}

/** Null when there is none, or somebody else wrote it: then everything is looked at anew, and what partitions have is passed over. */
export async function readProgress(
  store: Pick<PartitionStore, 'read'>,
  keys: Pick<Keys, 'mac'>,
): Promise<Progress | null> {
  const bytes = await store.read(name, 0, bytesMax)
  const [text = '', mac = ''] = (bytes && fromUtf8(bytes))?.split('\n') ?? []
  const given = fromHex(mac)
  if (given === null || !sameSecret(given, keys.mac('search progress', utf8(text)))) return null
  const [position, ...counts] = text.split(' ')
  return {
    position: Number(position),
    partitions: new Map(
      counts.map((one) => {
        const [bucket, count] = one.split(':')
        return [Number(bucket), Number(count)]
      }),
    ),
  }
}

/** Durable when it resolves. @throws {NoSpace} */
export async function writeProgress(
  store: Pick<PartitionStore, 'replace'>,
  keys: Pick<Keys, 'mac'>,
  { position, partitions }: Progress,
): Promise<void> {
  const counts = [...partitions].map(([bucket, count]) => `${bucket}:${count}`)
  const text = [position, ...counts].join(' ')
  const mac = toHex(keys.mac('search progress', utf8(text)))
  await store.replace(name, utf8(`${text}\n${mac}\n`))
}
