// What a provisioning service says of a person, out of a whole resource or a change of it. RFC 7643 section 4, RFC 7644 section 3.5.
import { OperatorError } from '../../base/errors.ts'
import { isPersonId } from '../../record/ids.ts'
import { type SaidOfPerson } from '../../directory/scim/people.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Profile } from '../../directory/types.ts'
import { enterprise, matches, parseTarget, type Path, pathOf, type Target } from './filter.ts'
import { type Operation } from './operations.ts'

/** What is said so far. */
type Draft = {
  userName?: string
  externalId?: string | null
  active?: boolean
  formatted?: string | null
  readonly profile: { -readonly [name in keyof Profile]?: Profile[name] }
}

/** What stands of whom it is about. */
export type Standing = {
  readonly name: string | null
  readonly mail: string | null
  readonly has: (id: PersonId) => boolean
}

type Reading = { readonly draft: Draft; readonly standing: Standing; readonly isChange: boolean }

const noName = { formatted: null, givenName: null, familyName: null }

/** Of RFC 7643 section 4.1, and of the extension in section 4.3: what may be said, and is not kept here. */
const others = new Set(
  `schemas id meta nickname profileurl usertype preferredlanguage locale timezone password phonenumbers ims addresses groups entitlements roles
  x509certificates employeenumber costcenter organization division`.split(/\s+/),
)

/** @param isReplacing what is left out is taken away */
export function personIn(
  resource: { readonly [name: string]: unknown },
  standing: Standing,
  isReplacing: boolean,
): SaidOfPerson {
  const profile: Draft['profile'] = isReplacing
    ? { name: null, given: null, family: null, mail: null, job: null, unit: null, manager: null }
    : {}
  const said: Reading = { draft: { profile }, standing, isChange: false }
  putAll(said, [], resource)
  return finished(said, isReplacing ? null : standing.name)
}

/** Each in order. @throws {OperatorError} */
export function personAfter(operations: readonly Operation[], standing: Standing): SaidOfPerson {
  const said: Reading = { draft: { profile: {} }, standing, isChange: true }
  for (const { op, path, value } of operations) {
    const target = path === null ? null : parseTarget(path)
    if (target !== null) put(said, target, op === 'remove' ? null : value)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      putAll(said, [], Object.fromEntries(Object.entries(value)))
    else throw wrong('An operation without a path has an object as its value.')
  }
  return finished(said, standing.name)
}

/** Who has a display name is called so, and not by what is made of the parts of his name. */
function finished({ draft }: Reading, before: string | null): SaidOfPerson {
  const { formatted, profile, ...said } = draft
  const known = profile.name === undefined ? before : profile.name
  const made = formatted ?? ([profile.given, profile.family].filter(Boolean).join(' ') || null)
  return { ...said, profile: { ...profile, ...(known === null && made && { name: made }) } }
}

function putAll(said: Reading, under: Path, values: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(values))
    put(
      said,
      { path: under.length === 0 ? pathOf(name) : [...under, name.toLowerCase()], within: null },
      value,
    )
}

function put(said: Reading, { path, within }: Target, value: unknown): void {
  const { draft } = said
  const [first = '', second, ...rest] = path
  if (first === enterprise) return putExtension(said, path.slice(1), value)
  if (first === 'emails') return putMail(said, { path, within }, value)
  if (first === 'name' && second === undefined)
    return putAll(said, ['name'], isObject(value) ? value : noName)
  if (within !== null || rest.length > 0 || (first !== 'name' && second !== undefined))
    return notKept(said, first)
  switch (path.join('.')) {
    case 'username':
      draft.userName = textOf(value, 'userName') ?? missing('userName')
      return
    case 'externalid':
      draft.externalId = textOf(value, 'externalId')
      return
    case 'active':
      draft.active = truthOf(value)
      return
    case 'displayname':
      draft.profile.name = textOf(value, 'displayName')
      return
    case 'name.formatted':
      draft.formatted = textOf(value, 'name.formatted')
      return
    case 'name.givenname':
      draft.profile.given = textOf(value, 'name.givenName')
      return
    case 'name.familyname':
      draft.profile.family = textOf(value, 'name.familyName')
      return
    case 'title':
      draft.profile.job = textOf(value, 'title')
      return
    default:
      notKept(said, first)
  }
}

function putExtension(said: Reading, [name, sub]: Path, value: unknown): void {
  if (name === undefined) {
    if (isObject(value)) putAll(said, [enterprise], value)
    else if (value === null) putAll(said, [enterprise], { department: null, manager: null })
    return
  }
  const { profile } = said.draft
  if (name === 'department' && sub === undefined) profile.unit = textOf(value, 'department')
  else if (name === 'manager' && (sub === undefined || sub === 'value'))
    profile.manager = managerIn(value, said.standing)
  else if (name !== 'manager') notKept(said, name)
}

/** Entra ID sends the id alone, too. Who is not here is nobody's manager here. */
function managerIn(value: unknown, { has }: Standing): PersonId | null {
  const [one] = Array.isArray(value) ? value : [value]
  const id: unknown = isObject(one) ? one['value'] : one
  return typeof id === 'string' && isPersonId(id) && has(id) ? id : null
}

/** One is kept: the one at work. */
function putMail(said: Reading, { path: [, sub], within }: Target, value: unknown): void {
  if (sub !== undefined && sub !== 'value') return
  const own = { value: said.draft.profile.mail ?? said.standing.mail, type: 'work', primary: true }
  if (within !== null && !matches(within, own)) return
  said.draft.profile.mail = mailIn(value)
}

function mailIn(value: unknown): string | null {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  const mails = all.flatMap((one) => (isObject(one) ? [one] : []))
  const best =
    mails.find(({ primary }) => primary === true || String(primary).toLowerCase() === 'true') ??
    mails.find(({ type }) => String(type).toLowerCase() === 'work') ??
    mails[0]
  return textOf(best === undefined ? (all[0] ?? null) : best['value'], 'emails.value')
}

function notKept({ isChange }: Reading, name: string): void {
  if (!isChange || others.has(name)) return
  throw new OperatorError(
    'scim.invalidPath',
    name === 'photos'
      ? 'Photos are not fetched from addresses: leave photos out of the mapping. People and administrators set them here.'
      : `There is no attribute ${JSON.stringify(name.slice(0, 60))} here: see /scim/v2/Schemas.`,
  )
}

function truthOf(value: unknown): boolean {
  // Entra ID writes it as text: "False".
  const text = String(value).toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true'
  throw wrong('active is true or false.')
}

/** Null where it is nothing. */
function textOf(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw wrong(`${name} is text.`)
  return value.trim() === '' ? null : value.trim()
}

function missing(name: string): never {
  throw wrong(`${name} is missing.`)
}

export function wrong(sentence: string): OperatorError {
  return new OperatorError('scim.invalidValue', sentence)
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
