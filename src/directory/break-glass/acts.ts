import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import { conversationId, personId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type NewRecord } from '../../record/types.ts'
import { type BreakGlassAct, type StandingEnvelope } from './types.ts'

/** An archive that its acts enter: there a start finds them again. Ids are random, this is none. */
export const breakGlassArchive = personId(`${'0'.repeat(30)}5c`)

/** All of them are one conversation, so that none can be left out unseen. */
const breakGlassConversation = conversationId(breakGlassArchive)

/** An act as it goes on record: no code is in it. */
export function recordOf({ kind, ...what }: BreakGlassAct): NewRecord {
  return serverRecord({
    kind,
    conversation: breakGlassConversation,
    members: [breakGlassArchive],
    content: JSON.stringify({ v: 1, ...what }),
    sender: what.by[0] ?? null,
    archive: breakGlassArchive,
  })
}

/**
 * The act out of its record. What it says was written by `recordOf`.
 * @throws {FatalError} when it is none: a newer program wrote it
 */
export function actOf({
  position,
  envelope: { kind },
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): BreakGlassAct {
  if (kind !== 'break-glass.seal' && kind !== 'break-glass.open' && kind !== 'break-glass.end')
    throw new FatalError(`record ${position} is no act about an envelope`)
  const { v: _version, ...what } = JSON.parse(content)
  return { kind, ...what }
}

/** How it stands after an act; null: the act is about none that there is. */
export function afterAct(
  known: ReadonlyMap<string, StandingEnvelope>,
  act: BreakGlassAct,
  at: { readonly position: number; readonly at: number },
): StandingEnvelope | null {
  if (act.kind === 'break-glass.seal' && 'envelope' in act) {
    const fresh = { key: null, openedAt: null, until: null, ended: null }
    return { ...act.envelope, by: act.by, position: at.position, ...fresh }
  }
  if (act.kind === 'break-glass.seal') {
    const before = known.get(act.printed)
    return before === undefined ? null : { ...before, key: act.key }
  }
  if (act.kind === 'break-glass.open') {
    const before = known.get(act.opened)
    if (before === undefined) return null
    return { ...before, openedAt: before.openedAt ?? at.at, until: act.until }
  }
  const before = known.get(act.ended)
  if (before === undefined) return null
  const ended = { at: at.at, by: act.by[0] ?? null, reason: act.reason }
  // Its code opens nothing any more.
  return { ...before, key: null, ended }
}
