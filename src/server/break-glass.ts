import { type BreakGlass, openBreakGlass } from '../directory/break-glass/break-glass.ts'
import { type StandingEnvelope } from '../directory/break-glass/types.ts'
import { rightOf } from '../directory/access/rights.ts'
import { type Directory } from '../directory/ports.ts'
import { webCost } from '../directory/web-password.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Record } from '../record/ports.ts'
import { relationalItems } from '../storage/relational/access.ts'
import { type State } from '../storage/relational/open-state.ts'
import { type ClosableRouter } from '../xmpp/router.ts'
import { type Outside, type Storage } from './storage.ts'

/** Whether something is over. */
const sweepMs = 60_000

export async function openSealedAccess({
  db,
  keys,
  directory,
  ...parts
}: Pick<Outside, 'clock' | 'random' | 'log'> & {
  readonly db: State['db']
  readonly keys: Keys
  readonly record: Record
  readonly directory: Directory
}): Promise<BreakGlass> {
  const { access, tokens } = directory
  const state = relationalItems(db, keys, { table: 'break_glass', projection: 'break-glass' })
  return await openBreakGlass({
    ...parts,
    state,
    access,
    tokens,
    cost: webCost,
    mayBeNamed(id) {
      const person = directory.get(id)
      return person?.enabled === true && (person.role === 'member' || person.role === 'guest')
    },
  })
}

/** Has it end in time, and tells those whom it concerns. @returns what ends that */
export async function watchSealedAccess(
  { breakGlass, directory }: Pick<Storage, 'breakGlass' | 'directory'>,
  { log }: Pick<Outside, 'log'>,
  { says }: Pick<ClosableRouter, 'says'>,
): Promise<() => void> {
  const tellAll = async (envelope: StandingEnvelope, news: 'opened' | 'ended'): Promise<void> => {
    const name = directory.get(envelope.person)?.address ?? envelope.person
    const until = new Date(envelope.until ?? 0).toISOString()
    const body =
      news === 'opened'
        ? `Sealed access was opened for ${name} (${envelope.roles.join(', ')}), until ${until}. What is looked at is on record: onrecord audit list. If nobody knows of this: onrecord break-glass end ${envelope.id}`
        : `The sealed access of ${name} is over. Its envelope is used up: prepare a new one.`
    const id = `break-glass-${envelope.id}-${news}`
    // Whom it concerns that somebody from outside can read, by his role or by a grant of all. One who cannot be told keeps it from nobody else.
    const failed: unknown[] = []
    for (const person of directory.list()) {
      if (person.id === envelope.person) continue
      if (rightOf(person, 'break-glass.see', directory)?.limited !== null) continue
      try {
        await says(person, { id, subject: 'Sealed access', body })
      } catch (error) {
        failed.push(error)
      }
    }
    if (failed.length > 0) throw failed[0]
  }
  breakGlass.onNews((envelope, news) => {
    tellAll(envelope, news).catch((error: unknown) => {
      log.error('break-glass.not-told', { error: String(error) })
    })
  })
  const sweep = async (): Promise<void> => {
    try {
      await breakGlass.sweep()
    } catch (error) {
      log.error('break-glass.not-ended', { error: String(error) })
    }
  }
  await sweep()
  breakGlass.tellAgain()
  const timer = setInterval(() => void sweep(), sweepMs)
  timer.unref()
  return () => clearInterval(timer)
}
