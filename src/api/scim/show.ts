// People, groups and lists as SCIM has them. RFC 7643 sections 3, 4 and RFC 7644 section 3.4.2.
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Directory } from '../../directory/ports.ts'
import { type Provisioned } from '../../directory/scim/people.ts'
import { type Group } from '../../directory/types.ts'
import { enterpriseSchema, groupSchema, userSchema } from './schemas.ts'

export type Resource = { readonly [name: string]: unknown }

/** What resources are made with. `base`: the address of the door. */
export type Showing = { readonly directory: Directory; readonly base: string }

export function shownPerson({ id, address, details }: Provisioned, showing: Showing): Resource {
  const { directory, base } = showing
  const { profile, state, source } = details
  const { name, given, family, mail, job, unit, manager } = profile
  const formatted = [given, family].filter((part) => part !== null).join(' ') || name
  const isExtended = unit !== null || manager !== null
  return {
    schemas: isExtended ? [userSchema, enterpriseSchema] : [userSchema],
    id,
    ...said('externalId', source?.kind === 'scim' && source.gone !== true ? source.id : null),
    userName: address,
    ...(formatted !== null && {
      name: {
        formatted,
        ...said('familyName', family),
        ...said('givenName', given),
      },
    }),
    ...said('displayName', name),
    ...said('title', job),
    ...(mail !== null && { emails: [{ value: mail, type: 'work', primary: true }] }),
    active: state === 'active',
    groups: directory.groupsOf(id).flatMap((group) => {
      const found = directory.groups.get(group)
      if (found?.source?.kind !== 'scim') return []
      return [{ value: group, $ref: `${base}/Groups/${group}`, display: found.name }]
    }),
    ...(isExtended && {
      [enterpriseSchema]: {
        ...said('department', unit),
        ...(manager !== null && {
          manager: { value: manager, $ref: `${base}/Users/${manager}` },
        }),
      },
    }),
    meta: { resourceType: 'User', location: `${base}/Users/${id}` },
  }
}

export function shownGroup(
  { id, name, source }: Group,
  showing: Showing,
  isWhole: boolean,
): Resource {
  const { directory, base } = showing
  return {
    schemas: [groupSchema],
    id,
    ...said('externalId', source?.id ?? null),
    displayName: name,
    ...(isWhole && { members: membersOf(id, directory) }),
    meta: { resourceType: 'Group', location: `${base}/Groups/${id}` },
  }
}

function membersOf(group: string, directory: Directory): readonly Resource[] {
  const { groups } = directory
  const { persons, groups: nested } = groups.membersOf(group)
  return [
    ...persons.map((value) => ({
      value,
      type: 'User',
      ...said('display', directory.detailsOf(value)?.profile.name ?? null),
    })),
    ...nested.map((value) => ({
      value,
      type: 'Group',
      ...said('display', groups.get(value)?.name ?? null),
    })),
  ]
}

function said(name: string, value: string | null): Resource {
  return value === null || value === '' ? {} : { [name]: value }
}

/** RFC 7644 section 3.14. It changes with what is shown. */
export function versionOf(resource: Resource): string {
  return `W/"${toHex(sha256(utf8(JSON.stringify(resource)))).slice(0, 32)}"`
}

/** With its version, and without what was not asked for. Section 3.9: `id` and `schemas` are there in any case. */
export function trimmed(resource: Resource, wanted: Wanted): Resource {
  const { attributes, excluded } = wanted
  if (attributes === null && excluded.length === 0) return resource
  const entries = Object.entries(resource).filter(([name]) => {
    if (name === 'id' || name === 'schemas') return true
    const isNamed = (one: string): boolean => isOf(one, name.toLowerCase())
    return attributes === null ? !excluded.some(isNamed) : attributes.some(isNamed)
  })
  return Object.fromEntries(entries)
}

/** An attribute, or what is in it. */
function isOf(wanted: string, name: string): boolean {
  return wanted === name || wanted.startsWith(`${name}.`) || wanted.startsWith(`${name}:`)
}

/** In lower case. */
export type Wanted = {
  /** Null: all. */
  readonly attributes: readonly string[] | null
  readonly excluded: readonly string[]
}
