import { OperatorError } from '../../base/errors.ts'
import { type Matter } from '../../discovery/matters/types.ts'
import { notWithin } from '../door/caller.ts'
import { type MatterAnswer } from '../contract/matters.ts'
import { type Within } from '../door/limits.ts'
import { addressesOf } from '../door/named.ts'
import { type ApiHost } from '../door/route.ts'

/** With a limited grant: what that grant names, and nothing else. */
export function maySeeMatter(name: string, within: Within): boolean {
  return within === null || within.some(({ limits }) => limits.matters.includes(name))
}

/**
 * What is done in a matter's name is done in one that is open; by a limited grant in one that the grant names, so that nobody learns of others.
 *
 * @throws {OperatorError} with one sentence
 */
export function mustBeTheirs(
  { matters }: Pick<ApiHost, 'matters'>,
  name: string | null,
  within: Within,
): void {
  if (name !== null && !maySeeMatter(name, within)) throw notWithin()
  matters.mustBeOpen(name)
}

/** @throws {OperatorError} where there never was such a matter */
export function mustBeKnown({ matters }: Pick<ApiHost, 'matters'>, name: string): Matter {
  const matter = matters.get(name)
  if (matter !== null) return matter
  throw new OperatorError('matter.unknown', `There is no matter ${name}: see onrecord matter list.`)
}

export async function shownMatter(
  { name, reference, description, people, openedAt, openedBy, closed }: Matter,
  host: ApiHost,
): Promise<MatterAnswer> {
  const names = await addressesOf(host, [...people, openedBy, closed?.by ?? null])
  const nameOf = (id: string): string => names[id] ?? id
  return {
    name,
    reference,
    description,
    people: people.map(nameOf),
    opened: new Date(openedAt).toISOString(),
    openedBy: nameOf(openedBy),
    state: closed === null ? 'open' : 'closed',
    closed: closed && new Date(closed.at).toISOString(),
    closedBy: closed && nameOf(closed.by),
    reason: closed?.reason ?? '',
  }
}
