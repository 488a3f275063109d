import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Matters, openMatters } from '../discovery/matters/matters.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Record } from '../record/ports.ts'
import { relationalItems } from '../storage/relational/access.ts'
import { type State } from '../storage/relational/open-state.ts'
import { type Storage } from './storage.ts'

export async function openMatterStore({
  db,
  keys,
  ...parts
}: {
  readonly db: State['db']
  readonly keys: Keys
  readonly record: Record
  readonly random: Random
  readonly log: Log
}): Promise<Matters> {
  const state = relationalItems(db, keys, { table: 'matter', projection: 'matters' })
  return await openMatters({ ...parts, state })
}

/** A stop between the two acts of a closing leaves a matter that is closed, and of which retention has not heard. */
export async function settleMatters({
  matters,
  retention,
}: Pick<Storage, 'matters' | 'retention'>): Promise<void> {
  for (const { name: matter, closed } of matters.list()) {
    if (closed === null || retention.standing.matters.has(matter)) continue
    await retention.note({ event: 'matter', matter, at: closed.at }, [closed.by])
  }
}
