import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Draft } from '../intake/draft.ts'
import { type Recorded, Transient } from '../intake/outbound.ts'
import { type Intake, type Refusal } from '../intake/ports.ts'
import { el, type Element, withAttrs } from '../xml/element.ts'
import { type Speaker } from './services.ts'
import { type ErrorType, type Condition, errorReply, StanzaError } from './wire/stanza-error.ts'

/** The one place where what a handler threw becomes a stanza error. A fatal error goes on up, and stops the process. */
export function stanzaErrorOf(error: unknown, log: Log): StanzaError {
  if (error instanceof FatalError) throw error
  if (error instanceof StanzaError) return error
  log.error('xmpp.handler-failed', { error: String(error) })
  return new StanzaError('internal-server-error')
}

const refusals: Readonly<Record<Refusal['reason'], readonly [Condition, ErrorType]>> = {
  space: ['resource-constraint', 'wait'],
  behind: ['resource-constraint', 'wait'],
  stopping: ['resource-constraint', 'wait'],
  clock: ['resource-constraint', 'wait'],
  keys: ['resource-constraint', 'wait'],
  'foreign-target': ['not-allowed', 'modify'],
  'too-late': ['not-allowed', 'modify'],
  'end-to-end-encrypted': ['not-acceptable', 'modify'],
  'too-many-files': ['policy-violation', 'modify'],
}

/**
 * The draft as a recorded message.
 *
 * @throws {StanzaError} which tells the sender why nobody gets it
 */
export async function onRecord(intake: Intake, draft: Draft): Promise<Recorded> {
  const message = await onRecordOnce(intake, draft)
  if (message) return message
  throw new StanzaError('conflict', { text: 'This was sent before.' })
}

/** The same, or null where it was on record before the stream was cut: everybody has it, or will have it. */
export async function onRecordOnce(intake: Intake, draft: Draft): Promise<Recorded | null> {
  const accepted = await intake.accept(draft)
  if (accepted.kind === 'recorded') return accepted.message
  if (accepted.kind === 'repeated') return null
  if (accepted.kind === 'withheld') {
    throw new StanzaError(accepted.condition, { text: accepted.notice })
  }
  const { reason, text } = accepted.why
  const [condition, type] = refusals[reason]
  throw new StanzaError(condition, { type, text })
}

/**
 * A stanza of the server's own.
 *
 * @throws {FatalError} when the table of intake does not know it: then it may carry what was not recorded
 */
export function serverSays(stanza: Element): Transient {
  const out = Transient.of(stanza, 'server')
  if (!out) throw new FatalError(`the server may not say <${stanza.name}/> unrecorded`)
  return out
}

/**
 * What an account tells its own person's devices: what he keeps for himself.
 *
 * @throws {FatalError} when it is addressed to anybody else
 */
export function ownSays(stanza: Element): Transient {
  const out = Transient.of(stanza, 'own')
  if (!out) throw new FatalError(`an account may not say <${stanza.name}/> unrecorded`)
  return out
}

/** Answers with an error, unless the stanza is an error or an answer itself (RFC 6120 section 8.3.1). */
export function sendError(stanza: Element, error: StanzaError, to: Speaker): void {
  const { type } = stanza.attrs
  if (type === 'error' || (stanza.name === 'iq' && type === 'result')) return
  to.send(serverSays(errorReply(withAttrs(stanza, { from: to.jid.text }), error)))
}

/** The answer to an IQ of `to`. */
export function iqResult(iq: Element, to: Speaker, payload: Element | null): Transient {
  const { id = '', to: asked } = iq.attrs
  const attrs = {
    type: 'result',
    id,
    to: to.jid.text,
    ...(asked === undefined ? {} : { from: asked }),
  }
  return serverSays(el('iq', iq.ns, attrs, ...(payload ? [payload] : [])))
}
