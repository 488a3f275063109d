// XEP-0198: Stream Management, version 1.6.3: §5, resumption.
// Source: https://xmpp.org/extensions/xep-0198.html
import { type Opening } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type StreamHost } from './host.ts'
import { NS_MANAGEMENT, NS_STANZAS } from './namespaces.ts'
import { type Session } from './session.ts'
import { type Stream } from './stream.ts'

/** Takes up a session of the same person, who came in with the same. Other requests have to wait for a bound resource. */
export async function resume(
  element: Element,
  opening: Opening,
  stream: Stream,
  host: StreamHost,
): Promise<void> {
  if (element.name !== 'resume') {
    stream.write(managementFailed('unexpected-request'))
    return
  }
  const failed = await takeUp(element, opening, stream, { host, say: (resumed) => resumed })
  if (failed !== null) stream.write(failed)
}

type How = {
  readonly host: StreamHost
  /** What the client is told before it gets what it has not confirmed, from `<resumed/>`. */
  readonly say: (resumed: string, session: Session) => string
}

/**
 * @param request `<resume/>`
 * @returns `<failed/>`; null when the session goes on, or the stream has ended
 */
export async function takeUp(
  request: Element,
  opening: Opening,
  stream: Stream,
  { host, say }: How,
): Promise<string | null> {
  const h = countOf(request)
  const previd = request.attrs['previd'] ?? ''
  const session = host.sessions.resumable(previd)
  if (h === null) return managementFailed('bad-request')
  const { person, key } = opening
  // With what is taken back alone nobody takes up what something else has begun, and would outlive it.
  if (session?.person.id !== person.id || session.client.key !== key) {
    return notResumable(host.sessions.handledBefore(previd, person.id))
  }
  await free(session)
  if (!stream.isOpen) return null
  if (session.isOver) return notResumable(session.handledCount)
  if (session.attach(stream, h, (resumed) => say(resumed, session))) stream.carry(session)
  else stream.fail(tooHigh(session, h))
  return null
}

/** Who learns how much of what he sent was handled sends again no more than the rest. @param h null: not known */
function notResumable(h: number | null): string {
  return managementFailed('item-not-found', h === null ? '' : ` h='${h}'`)
}

/** The old stream may live still, and another one may take the session while we wait. */
async function free(session: Session): Promise<void> {
  do {
    if (!session.isOver)
      session.detach({ condition: 'conflict', text: 'Resumed on a new connection.' })
    // What the old stream has handed in is settled first: the client sends again all that we do not count.
    await session.idle()
  } while (session.isConnected && !session.isOver)
}

/** The value of `h`, an unsigned number of 32 bits; null when it is none. */
export function countOf(element: Element): number | null {
  const text = element.attrs['h'] ?? ''
  const h = /^\d{1,10}$/.test(text) ? Number(text) : NaN
  return h < 2 ** 32 ? h : null
}

/** @param attrs further attributes of it, each after a space */
export function managementFailed(condition: string, attrs = ''): string {
  return `<failed xmlns='${NS_MANAGEMENT}'${attrs}><${condition} xmlns='${NS_STANZAS}'/></failed>`
}

/** §6: the client confirms more than it was sent. */
export function tooHigh(
  session: Session,
  h: number,
): { readonly condition: 'undefined-condition'; readonly extra: string } {
  const counts = `h='${h}' send-count='${session.sentCount}'`
  return {
    condition: 'undefined-condition',
    extra: `<handled-count-too-high xmlns='${NS_MANAGEMENT}' ${counts}/>`,
  }
}
