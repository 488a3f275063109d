// What a little company does about what it need not keep any more.
import { type PersonId } from '../../src/record/types.ts'
import { type Storage } from '../../src/server/storage.ts'

/** What no rule says anything of is kept for a month. */
export async function keepOneMonth(
  { retention }: Pick<Storage, 'retention'>,
  people: readonly PersonId[],
): Promise<void> {
  const keep = { count: 1, unit: 'months' } as const
  const house = { after: 'creation', locked: false, authority: 'house rule' } as const
  await retention.setClass({ name: 'default', keep, ...house }, people.slice(0, 1))
}

/** Disposes of all that is due: the first of them proposes it, and the second approves. @returns the numbers of the buckets */
export async function disposeOfDue(
  { management: { disposals } }: Pick<Storage, 'management'>,
  [by, other]: readonly PersonId[],
): Promise<readonly number[]> {
  if (!by || !other) throw new Error('it takes two')
  const buckets = disposals.due().map(({ bucket }) => bucket.number)
  const { id, digest } = await disposals.propose({ by, buckets })
  await disposals.approve({ by: other, run: id, approves: true, proposal: digest, reason: '' })
  await disposals.idle()
  return buckets
}
