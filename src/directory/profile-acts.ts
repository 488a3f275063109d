// How what is known of people, and groups, stand in acts.

import { fromBase64, toBase64 } from '../base/bytes.ts'
import { personId } from '../record/ids.ts'
import { type Fields } from './act-fields.ts'
import {
  type GroupAct,
  type Members,
  noProfile,
  type PersonSource,
  type Photo,
  type Profile,
  type ProfileChange,
  type Source,
  type SyncKind,
  syncKinds,
} from './types.ts'

const texts = ['name', 'given', 'family', 'mail', 'job', 'unit'] as const

/** A photo as JSON has it. */
export function photoSays({ photo }: ProfileChange): { readonly photo?: object | null } {
  if (photo === undefined) return {}
  return { photo: photo && { type: photo.type, data: toBase64(photo.bytes) } }
}

export function photoIn(fields: Fields): { readonly photo?: Photo | null } {
  const said = fields.get('photo')
  if (said === undefined) return {}
  if (said === null) return { photo: null }
  const inside = fields.within('photo')
  const [type, bytes] = [inside.text('type'), fromBase64(inside.text('data'))]
  if (bytes === null) throw fields.broken()
  if (type !== 'image/png' && type !== 'image/jpeg' && type !== 'image/webp') throw fields.broken()
  return { photo: { type, bytes } }
}

/** What changes. */
export function profileIn(fields: Fields): Partial<Profile> {
  const said = fields.within('set')
  const found: { -readonly [name in keyof Profile]?: Profile[name] } = {}
  for (const name of texts) if (said.get(name) !== undefined) found[name] = said.textOrNull(name)
  if (said.get('manager') !== undefined) found.manager = managerIn(said)
  return found
}

/** All of it; an act of old says nothing. */
export function profileOf(fields: Fields): Profile {
  if (!fields.has('profile')) return noProfile
  const said = fields.within('profile')
  const text = (name: (typeof texts)[number]): string | null => said.textOrNull(name)
  return {
    name: text('name'),
    given: text('given'),
    family: text('family'),
    mail: text('mail'),
    job: text('job'),
    unit: text('unit'),
    manager: managerIn(said),
  }
}

function managerIn(said: Fields): Profile['manager'] {
  const manager = said.textOrNull('manager')
  return manager === null ? null : personId(manager)
}

export function sourceIn(fields: Fields): PersonSource | null {
  const source = groupSourceIn(fields)
  if (source === null) return null
  const said = fields.within('source')
  const gone = said.get('gone') === true && { gone: true as const }
  return { ...source, passwordAt: said.textOrNull('passwordAt'), ...gone }
}

/** Which system has somebody suspended; null: an administrator. */
export function syncIn(fields: Fields): SyncKind | null {
  return syncKinds.find((kind) => kind === fields.textOrNull('sync')) ?? null
}

function groupSourceIn(fields: Fields): Source | null {
  if (!fields.has('source')) return null
  const said = fields.within('source')
  const kind = syncKinds.find((one) => one === said.text('kind'))
  if (kind === undefined) throw fields.broken()
  return { kind, id: said.text('id') }
}

export function groupActOf(kind: string, fields: Fields): GroupAct {
  if (kind === 'group.set')
    return { kind, id: fields.text('id'), name: fields.text('name'), source: groupSourceIn(fields) }
  const group = fields.text('group')
  if (kind === 'group.remove') return { kind, group }
  if (kind !== 'group.members') throw fields.broken()
  return { kind, group, added: membersIn(fields, 'added'), removed: membersIn(fields, 'removed') }
}

function membersIn(fields: Fields, name: string): Members {
  const said = fields.within(name)
  return { persons: said.texts('persons').map(personId), groups: said.texts('groups') }
}
