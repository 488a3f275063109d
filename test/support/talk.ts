// A little company that talks, as records: what a record to be verified is made of.
import { Secret } from '../../src/base/secret.ts'
import { type Record } from '../../src/record/ports.ts'
import { type PersonId } from '../../src/record/types.ts'
import { type Storage } from '../../src/server/storage.ts'
import { directRecord, type Said } from './sealed-batches.ts'

const by = { commandLine: true } as const

/** Adds people, disables one and removes one. @returns the ids of those who are left */
export async function hire({ directory }: Storage): Promise<readonly PersonId[]> {
  const ids: PersonId[] = []
  for (const name of ['ann', 'bo', 'cy', 'di', 'ed']) {
    const address = `${name}@chat.example`
    const role = name === 'ann' ? 'administrator' : 'member'
    const password = new Secret(`password of ${name}`)
    ids.push((await directory.add({ address, password, role, by })).id)
  }
  const [ann, bo, cy, di, ed] = ids
  if (!ann || !bo || !cy || !di || !ed) throw new Error('five were added')
  await directory.setEnabled(di, { enabled: false, by })
  await directory.setPassword(bo, new Secret('another password'), by)
  await directory.remove(ed, by)
  return [ann, bo, cy, di]
}

/** Says who people are, and puts them into groups: some stand, some have ended. */
export async function organize({ directory }: Storage, people: readonly PersonId[]): Promise<void> {
  const [ann, bo, cy] = people
  if (!ann || !bo || !cy) throw new Error('three are there')
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
  const photo = { type: 'image/png', bytes: png } as const
  await directory.setProfile(ann, { set: { name: 'Ann Ample', manager: bo }, photo }, by)
  await directory.setGroups(bo, ['traders', 'old'], by)
  await directory.setGroups(bo, ['traders'], by)
  const { groups } = directory
  for (const id of ['london', 'gone']) await groups.put({ id, name: `The ${id}` }, by)
  const added = { persons: [ann], groups: ['traders'] }
  const removed = { persons: [], groups: [] }
  await groups.change('london', { added, removed }, by)
  await groups.change('gone', { added: { persons: [cy], groups: ['london'] }, removed }, by)
  await groups.remove('gone', by)
  await directory.leave(cy, by)
}

/** Says that many things between all pairs, in batches of different sizes; every so often one is corrected or taken back. */
export async function talk(
  record: Record,
  people: readonly PersonId[],
  { count, first = 0 }: { readonly count: number; readonly first?: number },
): Promise<void> {
  for (let n = first; n < first + count;) {
    const size = Math.min(1 + (n % 13), first + count - n)
    const batch = Array.from({ length: size }, (_, i) => said(n + i, people, record.size))
    await Promise.all(batch.map(async (one) => await record.append(directRecord(one))))
    n += size
  }
}

function said(n: number, people: readonly PersonId[], size: number): Said {
  const from = people[n % people.length]
  const to = people[(n * 7 + Math.floor(n / 5)) % people.length]
  if (!from || !to) throw new Error('somebody has to talk')
  const fromDevice = n % 3 === 0 ? 'phone' : 'desk'
  const text = 'word '.repeat(1 + (n % 17))
  const plain = { from, to, text, fromDevice, id: `m${n}`, originId: n % 2 ? `o${n}` : `m${n}` }
  if (n % 29 === 20) return { ...plain, kind: 'correction', about: size - 3 }
  if (n % 31 === 21) return { ...plain, kind: 'retraction', about: size - 5 }
  return plain
}
