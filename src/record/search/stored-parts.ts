import { type Keys } from '../keys/ports.ts'
import { indexVersion } from './document.ts'
import { indexKeyOf, nameOf, newPart, type Part } from './part.ts'
import { type PartitionStore } from './ports.ts'
import { openSection, readHead } from './sealed-partition.ts'
import { decodeSide } from './side.ts'

type Stored = { readonly store: PartitionStore; readonly keys: Pick<Keys, 'index'> }

/** What is in the store, by bucket. What cannot be opened, or was made by another version, is removed, with all of its bucket. */
export async function readAll(parts: Stored): Promise<Map<number, Part[]>> {
  const { store } = parts
  const found: { part: Part; name: string }[] = []
  const bad = new Set<string>()
  for (const name of await store.list()) {
    if (!/^\d{1,10}-\d{1,10}$/.test(name)) continue
    const part = await readPart(name, parts)
    if (part === null) bad.add(bucketOfName(name))
    else found.push({ part, name })
  }
  const byBucket = new Map<number, Part[]>()
  for (const { part } of found.toSorted((a, b) => a.part.number - b.part.number)) {
    const all = byBucket.get(part.bucket) ?? []
    byBucket.set(part.bucket, all)
    // One that is missing, or does not go on where the one before it ends.
    if (part.number !== all.length || part.first < (all.at(-1)?.end ?? 0))
      bad.add(String(part.bucket))
    all.push(part)
  }
  for (const name of await store.list()) {
    if (!bad.has(bucketOfName(name))) continue
    byBucket.delete(Number(bucketOfName(name)))
    await store.remove(name)
  }
  return byBucket
}

function bucketOfName(name: string): string {
  return name.split('-')[0] ?? ''
}

/** Null when it cannot be opened, lies under another's name, or was made by another version. */
async function readPart(name: string, { store, keys }: Stored): Promise<Part | null> {
  const stored = await readHead(store, name)
  if (stored === null || nameOf(stored.head) !== name) return null
  const key = await indexKeyOf(keys, stored.head.bucket, 'index')
  const bytes = key && (await openSection(store, stored, key, 'side'))
  const side = bytes && decodeSide(bytes)
  if (side?.version !== indexVersion) return null
  const { bucket, number, first, upTo, records } = stored.head
  const [from, to] = side.seconds
  return {
    ...newPart({ bucket, number, first }),
    end: upTo,
    reached: upTo,
    records,
    seconds: [from, to],
    edits: { by: [...side.edits.by], targets: [...side.edits.targets] },
    retractions: { by: [...side.retractions.by], targets: [...side.retractions.targets] },
    frequent: side.frequent.length === 0 ? null : new Map(side.frequent),
  }
}
