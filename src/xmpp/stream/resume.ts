// XEP-0198: Stream Management, version 1.6.3: §5, resumption.
// Source: https://xmpp.org/extensions/xep-0198.html
import { type Person } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type StreamHost } from './host.ts'
import { NS_MANAGEMENT, NS_STANZAS } from './namespaces.ts'
import { type Session } from './session.ts'
import { type Stream } from './stream.ts'

/** Takes up a session of the same person, from whatever address. Other requests have to wait for a bound resource. */
export async function resume(
  element: Element,
  person: Person,
  stream: Stream,
  host: StreamHost,
): Promise<void> {
  if (element.name !== 'resume') {
    stream.write(managementFailed('unexpected-request'))
    return
  }
  const h = countOf(element)
  const previd = element.attrs['previd'] ?? ''
  const session = host.sessions.resumable(previd)
  if (h === null) stream.write(managementFailed('bad-request'))
  else if (session?.person.id === person.id) await takeUp(session, h, stream)
  else stream.write(notResumable(host.sessions.handledBefore(previd, person.id)))
}

/** Who learns how much of what he sent was handled sends again no more than the rest. @param h null: not known */
function notResumable(h: number | null): string {
  return managementFailed('item-not-found', h === null ? '' : ` h='${h}'`)
}

async function takeUp(session: Session, h: number, stream: Stream): Promise<void> {
  // The old stream may live still, and another one may take the session while we wait.
  do {
    if (!session.isOver)
      session.detach({ condition: 'conflict', text: 'Resumed on a new connection.' })
    // What the old stream has handed in is settled first: the client sends again all that we do not count.
    await session.idle()
  } while (session.isConnected && !session.isOver)
  if (!stream.isOpen) return
  if (session.isOver) stream.write(notResumable(session.handledCount))
  else if (session.attach(stream, h)) stream.carry(session)
  else stream.fail(tooHigh(session, h))
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
