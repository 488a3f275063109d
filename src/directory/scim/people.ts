// People as a provisioning service says them, one at a time. RFC 7643, RFC 7644; docs/decisions/0029-provisioning.md
import { OperatorError } from '../../base/errors.ts'
import { isOrdinary } from '../access/rights.ts'
import { type Directory, type Person, type PersonId } from '../ports.ts'
import { refuseProfile } from '../profiles.ts'
import { type Details, keeperOf, noProfile, type PersonSource, type Profile } from '../types.ts'

/** Who does it: the token is in what the act came through. */
const by = { sync: 'scim' } as const

/** What is said of a person. What is left out is not said; null: it is nothing. */
export type SaidOfPerson = {
  readonly userName?: string
  readonly externalId?: string | null
  readonly active?: boolean
  readonly profile: Partial<Profile>
}

export type Provisioned = {
  readonly id: PersonId
  readonly address: string
  readonly details: Details
}

export type ProvisionedPeople = {
  /** Those who are kept there, and those who could be: who is kept here and may sign in. By address. */
  list(): readonly Provisioned[]
  get(id: PersonId): Provisioned | null
  /** @param userName an address, or what is before the @ */
  find(userName: string): Provisioned | null
  /** Each throws an {OperatorError} with one sentence. */
  add(said: SaidOfPerson & { readonly userName: string }): Promise<Provisioned>
  change(id: PersonId, said: SaidOfPerson): Promise<Provisioned>
  /** Is kept there no more, and is suspended. */
  end(id: PersonId): Promise<void>
}

type Parts = { readonly directory: Directory; readonly domain: string }

export function provisionedPeople(parts: Parts): ProvisionedPeople {
  const { directory } = parts
  const see = (person: Person | null): Provisioned | null => visible(seen(person, directory))

  function mustSee(id: PersonId): Provisioned {
    const found = see(directory.get(id))
    if (found !== null) return found
    throw new OperatorError('scim.unknown', 'Nobody has that id.')
  }

  return {
    list: () => directory.list().flatMap((person) => see(person) ?? []),
    get: (id) => see(directory.get(id)),
    find: (userName) => see(directory.find(addressOf(userName, parts))),
    async add(said) {
      const address = addressOf(said.userName, parts)
      const before = seen(directory.find(address), directory)
      if (before !== null) return await comeBack(before, said, directory)
      refuseProfile({ set: said.profile })
      const profile = { ...noProfile, ...said.profile }
      const source = sourceOf(said.externalId ?? '')
      const { id } = await directory.addElsewhere({ address, profile, source }, by)
      if (said.active === false) await directory.setEnabled(id, { enabled: false, by })
      return mustSee(id)
    },
    async change(id, said) {
      const before = mustSee(id)
      mustBeOurs(before, directory)
      if (said.active === false) await suspend(before, said, directory)
      else {
        refuseOther(before, said)
        await say(before, said, directory)
        if (said.active === true) await letIn(before, directory)
      }
      return mustSee(id)
    },
    async end(id) {
      const before = mustSee(id)
      mustBeOurs(before, directory)
      await suspend(before, { profile: {} }, directory)
      const source = { ...sourceOf(before.details.source?.id ?? ''), gone: true } as const
      await directory.setProfile(id, { set: {}, source }, by)
    },
  }
}

/** Our names have the domain behind them. What else is wrong with one shows when somebody is to be added. */
function addressOf(userName: string, { domain }: Parts): string {
  const name = userName.toLowerCase()
  return name.includes('@') ? name : `${name}@${domain}`
}

/** The same order of fields each time: sources are compared as they are written. */
function sourceOf(id: string): PersonSource {
  return { kind: 'scim', id, passwordAt: null }
}

function seen(person: Person | null, directory: Directory): Provisioned | null {
  const details = person === null ? null : directory.detailsOf(person.id)
  if (person === null || details === null || person.role === 'bot') return null
  return { id: person.id, address: person.address, details }
}

/** Whom a directory server keeps, or an administrator has closed out here, is none of its business. */
function visible(one: Provisioned | null): Provisioned | null {
  if (one === null) return null
  const keeper = keeperOf(one.details.source)
  const isSeen = keeper === 'scim' || (keeper === null && one.details.state === 'active')
  return isSeen ? one : null
}

/**
 * DESIGN.md §7: nobody has a role by being powerful elsewhere. Who opens anything or administers is made one of theirs at the machine; who is theirs
 * already is suspended by them whatever he has become.
 */
function mustBeOurs({ id, address, details }: Provisioned, directory: Directory): void {
  if (keeperOf(details.source) === 'scim') return
  const person = directory.get(id)
  if (person !== null && isOrdinary(person, directory)) return
  throw new OperatorError(
    'scim.at-machine',
    `${address} administers or opens what others said: say at the machine that this account is kept elsewhere, with onrecord scim link.`,
  )
}

/** Another id there is another person, who would get what this one said and was told. */
function isOther({ details: { source } }: Provisioned, { externalId }: SaidOfPerson): boolean {
  if (keeperOf(source) !== 'scim' || source === null || source.id === '') return false
  return externalId !== undefined && externalId !== null && externalId !== source.id
}

function refuseOther(before: Provisioned, said: SaidOfPerson): void {
  if (!isOther(before, said)) return
  throw new OperatorError(
    'scim.mutability',
    `${before.address} has another externalId here, so this may be another person: if it is the same one, say so at the machine with onrecord scim release.`,
  )
}

/** He is kept there from now on. A name that changes there stays here: an address is who somebody is. */
async function say(
  { id, details: { source } }: Provisioned,
  { externalId, profile }: SaidOfPerson,
  directory: Directory,
): Promise<void> {
  const known = keeperOf(source) === 'scim' ? source?.id : undefined
  // An id that is taken away there tells nobody that this is another person.
  const next = sourceOf(externalId ?? known ?? '')
  await directory.setProfile(id, { set: profile, source: next }, by)
}

/** It takes effect whatever else is said with it: a change that we refuse must not keep somebody in. */
async function suspend(
  before: Provisioned,
  said: SaidOfPerson,
  directory: Directory,
): Promise<void> {
  await directory.setEnabled(before.id, { enabled: false, by })
  if (isOther(before, said)) return
  const profile = isSayable(said.profile) ? said.profile : {}
  await say(before, { ...said, profile }, directory)
}

function isSayable(set: Partial<Profile>): boolean {
  try {
    refuseProfile({ set })
    return true
  } catch (error) {
    if (error instanceof OperatorError) return false
    throw error
  }
}

/** Whom an administrator has suspended, or who has left, an administrator lets in again. */
async function letIn({ id }: Provisioned, directory: Directory): Promise<void> {
  const details = directory.detailsOf(id)
  if (details?.state === 'suspended' && details.suspendedBy === 'scim')
    await directory.setEnabled(id, { enabled: true, by })
}

/** Somebody who was taken away there, under the same id; anybody else who has that address is in the way. */
async function comeBack(
  before: Provisioned,
  said: SaidOfPerson,
  directory: Directory,
): Promise<Provisioned> {
  const { id, address, details } = before
  const person = directory.get(id)
  const { source } = details
  const isSame =
    source?.kind === 'scim' &&
    source.gone === true &&
    source.id !== '' &&
    source.id === said.externalId
  if (visible(before) !== null || !isSame || person === null || !isOrdinary(person, directory))
    throw new OperatorError(
      'scim.uniqueness',
      `${address} is there already, and may be somebody else: choose another userName, or have an administrator look at it with onrecord user show.`,
    )
  await say(before, said, directory)
  if (said.active !== false) await letIn(before, directory)
  const after = seen(directory.get(id), directory)
  if (after !== null) return after
  throw new OperatorError('scim.unknown', 'Nobody has that id.')
}

/** Says at the machine, or as an administrator, that somebody is kept there from now on. */
export async function linkToScim(
  person: Person,
  externalId: string,
  {
    directory,
    by: actor,
  }: { readonly directory: Directory; readonly by: Parameters<Directory['leave']>[1] },
): Promise<void> {
  if (person.role === 'bot')
    throw new OperatorError('scim.bot', 'An account of a program is kept here alone.')
  if (keeperOf(directory.detailsOf(person.id)?.source ?? null) === 'ldap')
    throw new OperatorError('scim.elsewhere', `${person.address} is kept by the directory server.`)
  await directory.setProfile(person.id, { set: {}, source: sourceOf(externalId) }, actor)
}

/** Is kept here from now on. Where he may sign in, any service may find him and keep him anew. */
export async function releaseFromScim(
  { id, address }: Person,
  {
    directory,
    by: actor,
  }: { readonly directory: Directory; readonly by: Parameters<Directory['leave']>[1] },
): Promise<void> {
  const source = directory.detailsOf(id)?.source ?? null
  if (source?.kind !== 'scim')
    throw new OperatorError('scim.none', `${address} is kept by no provisioning service.`)
  const gone = { ...sourceOf(source.id), gone: true } as const
  await directory.setProfile(id, { set: {}, source: gone }, actor)
}
