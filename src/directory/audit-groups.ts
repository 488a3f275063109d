// Which groups and memberships, from which act to which, the acts on record make.

import { type GroupRow, type MembershipRow } from './stored/types.ts'
import { type Act } from './ports.ts'
import { type Group, type GroupId, type Members } from './types.ts'

type At = { readonly position: number; readonly at: number }

export type DatedGroups = {
  apply(act: Act, at: At): void
  groups(): readonly GroupRow[]
  memberships(): readonly MembershipRow[]
}

const stillSo = { untilPosition: null, until: null } as const

/** @param keyOf what stands for a group */
export function datedGroups(keyOf: (id: GroupId) => string): DatedGroups {
  const groups = new Map<string, GroupRow>()
  const current = new Map<string, MembershipRow>()
  const ended: MembershipRow[] = []

  function put({ id, name, source }: Group, { position, at }: At): void {
    const key = keyOf(id)
    const before = groups.get(key)
    const since = before ?? { sincePosition: position, since: at }
    const details = JSON.stringify({ id, name, source })
    const { sincePosition, since: sinceMs } = since
    groups.set(key, { key, details, sincePosition, since: sinceMs, ...stillSo })
  }

  function open(key: string, member: string, { position, at }: At): void {
    const name = `${key} ${member}`
    if (current.has(name)) return
    current.set(name, { key, member, sincePosition: position, since: at, ...stillSo })
  }

  function close(key: string, member: string, { position, at }: At): void {
    const name = `${key} ${member}`
    const row = current.get(name)
    if (!row) return
    current.delete(name)
    ended.push({ ...row, untilPosition: position, until: at })
  }

  function setGroups(person: string, ids: readonly GroupId[], at: At): void {
    const member = `p ${person}`
    const wanted = new Set(ids.map(keyOf))
    for (const { key, member: its } of current.values())
      if (its === member && !wanted.has(key)) close(key, member, at)
    for (const id of ids) {
      const there = groups.get(keyOf(id))
      if (!there || there.untilPosition !== null) put({ id, name: id, source: null }, at)
      open(keyOf(id), member, at)
    }
  }

  return {
    apply(act, at) {
      if (act.kind === 'group.set') put(act, at)
      if (act.kind === 'person.groups') setGroups(act.person, act.groups, at)
      if (act.kind === 'person.remove') setGroups(act.person, [], at)
      if (act.kind === 'group.members') {
        const key = keyOf(act.group)
        for (const member of named(act.added, keyOf)) open(key, member, at)
        for (const member of named(act.removed, keyOf)) close(key, member, at)
      }
      if (act.kind !== 'group.remove') return
      const key = keyOf(act.group)
      for (const row of current.values())
        if (row.key === key || row.member === `g ${key}`) close(row.key, row.member, at)
      const group = groups.get(key)
      if (group) groups.set(key, { ...group, untilPosition: at.position, until: at.at })
    },
    groups: () => [...groups.values()],
    memberships: () => [...current.values(), ...ended],
  }
}

function named({ persons, groups }: Members, keyOf: (id: GroupId) => string): string[] {
  return [...persons.map((id) => `p ${id}`), ...groups.map((id) => `g ${keyOf(id)}`)]
}
