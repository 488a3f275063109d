// What administrators do beside changing people: who did it is on record before anything comes of it.

import { FatalError } from '../base/errors.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { personId } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import {
  type Appended,
  type ConversationId,
  type LogPosition,
  type PersonId,
} from '../record/types.ts'
import { doneRecord } from './acts.ts'
import { appendAct } from './acts-log.ts'
import { type Actor } from './ports.ts'

/** Words that stand until somebody changes them: the message of the day, and what greets who is new. */
export type NoticeName = 'motd' | 'welcome'

/** As the owner of an archive with nothing but the acts on it: the newest says what stands. Ids are random, these are none. */
const archives: Readonly<{ [name in NoticeName]: PersonId }> = {
  motd: personId(`${'0'.repeat(31)}b`),
  welcome: personId(`${'0'.repeat(31)}c`),
}

export type Notice = {
  /** Of the act that set it. It stays when the words are corrected, so that nobody is told again. */
  readonly id: string
  readonly text: string
  /** Where it was set first, whatever has been corrected since. */
  readonly since: LogPosition
}

/** An act that changes nothing that is kept. */
type AdminAct =
  | {
      readonly kind: 'session.end'
      readonly person: PersonId
      /** One device; null: all. */
      readonly resource: string | null
    }
  /** `shown`: the very form, as XML. */
  | { readonly kind: 'roster.read'; readonly people: readonly PersonId[]; readonly shown: string }
  | { readonly kind: 'notice.announce'; readonly text: string }

/** Acts of administrators, and what stands by them. All of it follows from the record. */
export type Administration = {
  /** Reads what stands. Before anybody is served. */
  start(): Promise<void>
  /** On record when it resolves. @throws {OperatorError} when the record takes nothing */
  note(act: AdminAct, by: Actor): Promise<void>
  /** Null where none stands. */
  standing(name: NoticeName): Notice | null
  /**
   * On record when it resolves, and it stands.
   *
   * @param change `keepsId`: other words for the same notice
   * @throws {OperatorError} when the record takes nothing; then the one before stands
   */
  set(
    name: NoticeName,
    change: { readonly text: string | null; readonly keepsId: boolean },
    by: Actor,
  ): Promise<void>
  /** Whether somebody was told something under that id, as far as the rows have come. */
  wasTold(message: {
    readonly conversation: ConversationId
    readonly sender: PersonId
    readonly id: string
  }): boolean
}

export function createAdministration(
  record: Pick<Record, 'append' | 'size' | 'integrated' | 'read' | 'positionOf' | 'mailbox'>,
): Administration {
  const standing: { [name in NoticeName]: Notice | null } = { motd: null, welcome: null }

  async function newest(name: NoticeName): Promise<Notice | null> {
    const query = { owner: archives[name], limit: 1, newestFirst: true } as const
    const [row] = record.mailbox.rows(query)
    const set = row ? setIn(await record.read(row.position)) : null
    return set && standingAt(record, set, set)
  }

  return {
    async start() {
      await record.integrated(record.size)
      for (const name of ['motd', 'welcome'] as const) standing[name] = await newest(name)
    },
    async note({ kind, ...what }, by) {
      await appendAct(record, doneRecord(kind, what, { by }))
    },
    standing: (name) => standing[name],
    wasTold: ({ conversation, sender, id }) =>
      record.mailbox.findMessage(conversation, sender, id) !== null,
    async set(name, { text, keepsId }, by) {
      const id = keepsId ? (standing[name]?.id ?? null) : null
      const entry = doneRecord(`notice.${name}`, { text, id }, { by, archive: archives[name] })
      const at = await appendAct(record, entry)
      standing[name] = text === null ? null : standingAt(record, at, { text, id })
    },
  }
}

/** @param set what the act says: the words, and whose id they have; null: the act's own */
function standingAt(
  record: Pick<Record, 'positionOf'>,
  { position, stanzaId }: Pick<Appended, 'position' | 'stanzaId'>,
  set: { readonly text: string; readonly id: string | null },
): Notice {
  const since = set.id === null ? position : (record.positionOf(set.id) ?? position)
  return { id: set.id ?? stanzaId, text: set.text, since }
}

/** @throws {FatalError} when the record is not what we wrote, or a newer program wrote it */
function setIn(opened: Opened):
  | (Pick<Appended, 'position' | 'stanzaId'> & {
      readonly text: string
      readonly id: string | null
    })
  | null {
  const said: unknown = JSON.parse(opened.content)
  const fields = new Map(typeof said === 'object' && said !== null ? Object.entries(said) : [])
  const [text, id] = [fields.get('text'), fields.get('id')]
  if (fields.get('v') !== 1 || (text !== null && typeof text !== 'string'))
    throw new FatalError(`record ${opened.position} is no notice`)
  if (text === null) return null
  return {
    position: opened.position,
    stanzaId: opened.stanzaId,
    text,
    id: typeof id === 'string' ? id : null,
  }
}
