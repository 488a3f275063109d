// An act as it is on record, in the form in which the trail shows it.

import { isKind, isOfAdministration, isSealedKind } from '../record/kinds.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { isConversationId } from '../record/ids.ts'
import { type AuditEntry, type AuditScope } from './ports.ts'

type Fields = { readonly [name: string]: unknown }

/** Fields that name people by their ids. */
const personFields = new Set([
  'person',
  'persons',
  'people',
  'inviter',
  'custodian',
  'custodians',
  'successor',
  'to',
])
/** What is said in fields of its own, names of secrets, and what is shown elsewhere with a purpose. */
const hidden = new Set(['v', 'by', 'approvals', 'purpose', 'matter', 'credential', 'shown', 'ends'])
/** What stands for a secret. */
const hashed = /hash$|secret|^photo$/i
const depthMax = 6
const aboutMax = 1_000

export function isInScope(kind: string, scope: AuditScope): boolean {
  return scope === 'all' || (isKind(kind) && isOfAdministration(kind))
}

/** What the server alone does, of itself, whatever older entries have in `by`. */
const serversOwn: ReadonlySet<string> = new Set(['alarm.news', 'approval.run', 'ways.open'])
const serverItself = { actor: 'server', by: null } as const

/** Null for what is no sealed act. */
export function entryOf({
  position,
  envelope,
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): AuditEntry | null {
  const { kind, sender, device, t_server: at } = envelope
  if (!isSealedKind(kind)) return null
  const said = fieldsOf(JSON.parse(content))
  const isServers = serversOwn.has(kind)
  const who = isServers ? serverItself : actorOf(said, sender)
  return {
    position,
    at,
    kind,
    ...who,
    through: isServers ? '' : device,
    about: aboutOf(said),
    purpose: textOf(said['purpose']),
    matter: matterOf(said),
    approvals: [...textsOf(said['approvals']), ...textsOf(said['by'])].filter(
      (id) => id !== sender,
    ),
    details: Object.fromEntries(
      Object.entries(said).filter(([name]) => !hidden.has(name) && !hashed.test(name)),
    ),
  }
}

function actorOf(said: Fields, sender: AuditEntry['by']): Pick<AuditEntry, 'actor' | 'by'> {
  if (sender !== null) return { actor: 'person', by: sender }
  if (said['by'] === 'invitation') return { actor: 'invitation', by: null }
  const { by } = said
  if (by === 'ldap' || by === 'scim' || by === 'provider') return { actor: by, by: null }
  // Acts that may have several say nobody where the machine's command line has done it.
  const isMachine = by === 'command line' || (Array.isArray(by) && by.length === 0)
  return { actor: isMachine ? 'machine' : 'server', by: null }
}

function matterOf(said: Fields): string | null {
  return textOf(said['matter']) ?? textOf(fieldsOf(said['event'])['matter'])
}

function aboutOf(said: Fields): readonly string[] {
  const found = new Set<string>()
  const look = (value: unknown, isNamed: boolean, depth: number): void => {
    if (found.size >= aboutMax || depth > depthMax) return
    if (typeof value === 'string') {
      if (isNamed && isConversationId(value)) found.add(value)
      return
    }
    if (Array.isArray(value)) for (const one of value) look(one, isNamed, depth + 1)
    else
      for (const [name, one] of Object.entries(fieldsOf(value)))
        look(one, personFields.has(name), depth + 1)
  }
  look(said, false, 0)
  return [...found]
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
