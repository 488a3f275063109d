// People and groups as a directory server has them: only what differs becomes acts, and not when too many would vanish.

import { sha256 } from '../../base/crypto.ts'
import { toHex } from '../../base/bytes.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { personId } from '../../record/ids.ts'
import { type Actor, type Directory, type PersonId } from '../ports.ts'
import { photoOf } from '../profiles.ts'
import { memberPieces } from '../member-pieces.ts'
import { type Members, type ProfileChange } from '../types.ts'
import {
  type GroupsPlan,
  type Kept,
  type PeoplePlan,
  planGroups,
  planPeople,
  plainDn,
  profileOf,
} from './plan.ts'
import { type LdapContents, type LdapPerson, type LdapServer } from './ports.ts'

/** So many have to vanish at least, whatever share that is. */
const vanishMin = 5
export type LdapSettings = {
  /** 0: only when somebody says so. */
  readonly everyMs: number
  /** In percent: what may vanish at once. */
  readonly vanishShareMax: number
}

export type LdapReport = {
  /** Whether anything was done, or only looked at, or stopped. */
  readonly outcome: 'done' | 'dry-run' | 'stopped'
  readonly added: readonly string[]
  readonly suspended: readonly { readonly address: string; readonly why: 'disabled' | 'vanished' }[]
  readonly enabled: readonly string[]
  /** People of whom something else is said. */
  readonly changed: readonly string[]
  readonly groups: { readonly put: number; readonly removed: number; readonly changed: number }
  /** Entries that nobody is made of: by why, how many. */
  readonly leftOut: Readonly<Record<string, number>>
}

export type LdapSync = {
  /**
   * One at a time.
   * @param confirmed who says that so many may vanish; null: nobody
   * @throws {OperatorError} when the server is away, says too much, or the record takes nothing
   */
  run(wanted: { readonly isDry: boolean; readonly confirmed: string | null }): Promise<LdapReport>
  /** Makes a person of ours one who is kept there, and signs in there. @throws {OperatorError} where nobody there has that address */
  link(address: string, by: Actor): Promise<void>
  /** Again and again, from now on. */
  start(): void
  stop(): Promise<void>
}

type Parts = {
  readonly server: LdapServer
  readonly directory: Directory
  /** Null where a login is none of a person here. */
  readonly addressOf: (login: string) => string | null
  readonly settings: LdapSettings
  readonly timer: Timer
  readonly log: Log
}

export function createLdapSync(parts: Parts): LdapSync {
  const { server, directory, settings, timer, log } = parts
  const photos = new Map<string, string>()
  let last: Promise<unknown> = Promise.resolve()
  let told = ''
  let callOff: (() => void) | null = null
  let isStopped = false

  async function compare(wanted: Parameters<LdapSync['run']>[0]): Promise<LdapReport> {
    const contents = await server.read()
    return await carryOut(contents, wanted, { ...parts, photos })
  }

  async function run(wanted: Parameters<LdapSync['run']>[0]): Promise<LdapReport> {
    const done = last.then(async () => await compare(wanted))
    // Whoever asked hears of its failure; the next one starts all the same.
    last = done.catch(() => null)
    return await done
  }

  /** What is so is said once, not every half minute. */
  function once(what: string, say: () => void): void {
    if (what !== told) say()
    told = what
  }

  async function again(): Promise<void> {
    try {
      const report = await run({ isDry: false, confirmed: null })
      const { suspended, added, enabled, leftOut } = report
      const much = { people: suspended.length, groups: report.groups.removed }
      if (report.outcome === 'stopped')
        once(`stopped ${JSON.stringify(much)}`, () => log.error('ldap.stopped', much))
      else once(`well ${JSON.stringify(leftOut)}`, () => log.info('ldap.well', { ...leftOut }))
      if (report.outcome === 'done' && added.length + suspended.length + enabled.length > 0)
        log.info('ldap.synced', {
          added: added.length,
          suspended: suspended.length,
          enabled: enabled.length,
        })
    } catch (error) {
      if (error instanceof FatalError) throw error
      const code = error instanceof OperatorError ? error.code : 'ldap.failed'
      once(code, () => log.error('ldap.not-synced', { code, why: String(error) }))
    }
    if (!isStopped) callOff = timer.after(settings.everyMs, () => void again())
  }

  return {
    run,
    async link(address, by) {
      const { people } = await server.read()
      const entry = people.find(({ login }) => parts.addressOf(login) === address)
      const person = directory.find(address)
      if (!entry || !person)
        throw new OperatorError('ldap.unknown', `the directory server has nobody at ${address}`)
      if (entry.isDisabled)
        throw new OperatorError('ldap.disabled', `${address} is disabled at the directory server`)
      if (keptIn(directory).some(({ details }) => details.source?.id === entry.id))
        throw new OperatorError('ldap.linked', 'that entry is somebody else’s already')
      const source = { kind: 'ldap', id: entry.id, passwordAt: entry.passwordAt } as const
      await directory.setProfile(person.id, { set: {}, source }, by)
    },
    start() {
      if (settings.everyMs > 0) callOff = timer.after(0, () => void again())
    },
    async stop() {
      isStopped = true
      callOff?.()
      await last
    },
  }
}

function keptIn(directory: Directory): Kept[] {
  return directory.list().flatMap(({ id, address }) => {
    const details = directory.detailsOf(id)
    return details?.source?.kind === 'ldap' ? [{ id, address, details }] : []
  })
}

type World = Parts & { readonly photos: Map<string, string> }

async function carryOut(
  contents: LdapContents,
  { isDry, confirmed }: Parameters<LdapSync['run']>[0],
  world: World,
): Promise<LdapReport> {
  const { directory, addressOf, settings } = world
  const kept = keptIn(directory)
  const isTaken = (address: string): boolean => directory.find(address) !== null
  const people = planPeople(contents.people, kept, { addressOf, isTaken })
  const groups = planGroups(contents, expectedIds(people), standingOf(directory))
  const isTooMuch = vanishesTooMuch(people, groups, { kept, directory, settings })
  const isStopped = !isDry && confirmed === null && isTooMuch
  const by = { sync: 'ldap', ...(confirmed !== null && isTooMuch && { confirmed }) } as const
  const changed =
    isDry || isStopped
      ? people.both.flatMap(({ person, entry }) =>
          isNew(person, entry, people) ? person.address : [],
        )
      : await applyAll({ people, contents, by, world })
  const outcome = isDry ? 'dry-run' : isStopped ? 'stopped' : 'done'
  return { outcome, ...reportOf({ people, groups, unreadable: contents.unreadable }), changed }
}

/** Ids as they are; of those who are to be added something that stands for one. */
function expectedIds({ both, add }: PeoplePlan): Map<string, PersonId> {
  const ids = new Map(both.map(({ person, entry }) => [entry.id, person.id]))
  for (const { entry } of add)
    ids.set(entry.id, personId(toHex(sha256(Buffer.from(entry.id))).slice(0, 32)))
  return ids
}

function standingOf(directory: Directory): Parameters<typeof planGroups>[2] {
  return {
    groups: directory.groups.list(),
    membersOf: (id) => directory.groups.membersOf(id),
  }
}

/** People who would be suspended, or groups that would be gone or empty: more than a share, and five. All is more than any share. */
function vanishesTooMuch(
  { suspend }: PeoplePlan,
  { remove, emptied }: GroupsPlan,
  {
    kept,
    directory,
    settings,
  }: {
    readonly kept: readonly Kept[]
    readonly directory: Directory
    readonly settings: LdapSettings
  },
): boolean {
  const active = kept.filter(({ details }) => details.state === 'active').length
  const groups = directory.groups.list().filter(({ source }) => source?.kind === 'ldap').length
  const isMuch = (gone: number, of: number): boolean =>
    (gone >= vanishMin && gone * 100 > of * settings.vanishShareMax) || (gone > 1 && gone === of)
  return isMuch(suspend.length, active) || isMuch(remove.length + emptied, groups)
}

function reportOf({
  people,
  groups,
  unreadable,
}: {
  readonly people: PeoplePlan
  readonly groups: GroupsPlan
  readonly unreadable: number
}): Omit<LdapReport, 'outcome' | 'changed'> {
  const leftOut: Record<string, number> = {}
  for (const { why } of people.left) leftOut[why] = (leftOut[why] ?? 0) + 1
  if (unreadable > 0) leftOut['unreadable'] = unreadable
  if (groups.circles > 0) leftOut['circle'] = groups.circles
  return {
    added: people.add.map(({ address }) => address),
    suspended: people.suspend.map(({ person: { address }, why }) => ({ address, why })),
    enabled: people.enable.map(({ address }) => address),
    groups: {
      put: groups.put.length,
      removed: groups.remove.length,
      changed: groups.members.length,
    },
    leftOut,
  }
}

function isNew(person: Kept, entry: LdapPerson, plan: PeoplePlan): boolean {
  const { profile, source } = person.details
  const said = profileOf(entry, managersIn(plan, expectedIds(plan)), person.id)
  return (
    source?.passwordAt !== entry.passwordAt ||
    Object.entries(said).some(([name, value]) =>
      Object.entries(profile).some(([one, its]) => one === name && its !== value),
    )
  )
}

/** By DN. */
function managersIn(
  { both, add }: PeoplePlan,
  ids: ReadonlyMap<string, PersonId>,
): ReadonlyMap<string, PersonId> {
  const entries = [...both.map(({ entry }) => entry), ...add.map(({ entry }) => entry)]
  return new Map(
    entries.flatMap(({ dn, id }) => {
      const person = ids.get(id)
      return person === undefined ? [] : [[plainDn(dn), person] as const]
    }),
  )
}

type Applying = {
  readonly people: PeoplePlan
  readonly contents: LdapContents
  readonly by: Actor & { readonly sync: 'ldap' }
  readonly world: World
}

/** Whoever goes, goes first. If we stop in between, the next run does what is left. @returns addresses of whom something else is said */
async function applyAll({ people, contents, by, world }: Applying): Promise<string[]> {
  const { directory } = world
  for (const { person } of people.suspend)
    await directory.setEnabled(person.id, { enabled: false, by })
  for (const { id } of people.enable) await directory.setEnabled(id, { enabled: true, by })
  const ids = new Map(people.both.map(({ person, entry }) => [entry.id, person.id]))
  for (const { entry, address } of people.add) {
    const source = { kind: 'ldap', id: entry.id, passwordAt: entry.passwordAt } as const
    const profile = profileOf(entry, new Map(), null)
    ids.set(entry.id, (await directory.addElsewhere({ address, profile, source }, by)).id)
  }
  const managers = managersIn(people, ids)
  const changed = new Set<string>()
  const say = async (entry: LdapPerson, change: ProfileChange): Promise<void> => {
    const id = ids.get(entry.id)
    const before = id === undefined ? null : directory.detailsOf(id)
    if (id === undefined || before === null) return
    await directory.setProfile(id, change, by)
    if (JSON.stringify(directory.detailsOf(id)) !== JSON.stringify(before))
      changed.add(directory.get(id)?.address ?? '')
  }
  for (const entry of contents.people) {
    const own = ids.get(entry.id) ?? null
    const source = { kind: 'ldap', id: entry.id, passwordAt: entry.passwordAt } as const
    await say(entry, { set: profileOf(entry, managers, own), source })
  }
  await applyGroups(planGroups(contents, ids, standingOf(directory)), { by, world })
  await takePhotos(
    contents.people.filter(({ id }) => ids.has(id)),
    { say, world },
  )
  return [...changed]
}

function seenAt({ changedAt }: LdapPerson): string {
  return changedAt ?? 'once'
}

/** Photos are large: one is asked for when the entry has changed, and once after a start. */
async function takePhotos(
  entries: readonly LdapPerson[],
  {
    say,
    world: { server, photos },
  }: {
    readonly say: (entry: LdapPerson, change: ProfileChange) => Promise<void>
    readonly world: World
  },
): Promise<void> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const due = entries.filter((entry) => photos.get(entry.id) !== seenAt(entry))
  await server.photos(
    due.map(({ id }) => id),
    async (id, bytes) => {
      const entry = byId.get(id)
      if (!entry) return
      await say(entry, { set: {}, photo: bytes && photoOf(bytes) })
      photos.set(id, seenAt(entry))
    },
  )
}

async function applyGroups(
  plan: GroupsPlan,
  { by, world: { directory } }: Pick<Applying, 'by' | 'world'>,
): Promise<void> {
  const { groups } = directory
  for (const group of plan.put) await groups.put(group, by)
  const none: Members = { persons: [], groups: [] }
  // What is taken out first leaves no circle for what comes in.
  for (const { group, removed } of plan.members)
    for (const piece of memberPieces(removed))
      await groups.change(group, { added: none, removed: piece }, by)
  for (const id of plan.remove) await groups.remove(id, by)
  for (const { group, added } of plan.members)
    for (const piece of memberPieces(added))
      await groups.change(group, { added: piece, removed: none }, by)
}
