// XEP-0356: Privileged Entity, version 0.4.1
// Source: https://xmpp.org/extensions/xep-0356.html

export type IqGrant = 'get' | 'set' | 'both'

/** What a component may do for people here; nothing unless the settings say so. */
export type Grants = {
  /** Their rosters. Who may read them is told of changes, too. */
  readonly roster: IqGrant | null
  /** Messages in their names. */
  readonly message: boolean
  /** Which devices of theirs come and go. */
  readonly presence: boolean
  /** Requests in their names, by namespace. */
  readonly iq: ReadonlyMap<string, IqGrant>
}

export const noGrants: Grants = { roster: null, message: false, presence: false, iq: new Map() }

const iqGrants: ReadonlySet<string> = new Set(['get', 'set', 'both'])

/** One more of them, such as `roster=both`, `message=outgoing` or `<namespace>=get`; null where it is none. */
export function grant(grants: Grants, text: string): Grants | null {
  const at = text.lastIndexOf('=')
  const [what, type] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  if (what === 'message') return type === 'outgoing' ? { ...grants, message: true } : null
  if (what === 'presence') return type === 'managed_entity' ? { ...grants, presence: true } : null
  if (!isIqGrant(type)) return null
  if (what === 'roster') return { ...grants, roster: type }
  if (!what.includes(':')) return null
  return { ...grants, iq: new Map([...grants.iq, [what, type]]) }
}

function isIqGrant(type: string): type is IqGrant {
  return iqGrants.has(type)
}

export function allows(granted: IqGrant | null | undefined, type: string): boolean {
  return granted === 'both' || (type !== '' && granted === type)
}
