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
  const session = host.sessions.resumable(element.attrs['previd'] ?? '')
  if (h === null) stream.write(managementFailed('bad-request'))
  else if (!session || session.isOver || session.person.id !== person.id) {
    stream.write(managementFailed('item-not-found'))
  } else await takeUp(session, h, stream)
}

async function takeUp(session: Session, h: number, stream: Stream): Promise<void> {
  // The old stream may live still, and another one may take the session while we wait.
  do {
    session.detach({ condition: 'conflict', text: 'Resumed on a new connection.' })
    // What the old stream has handed in is settled first: the client sends again all that we do not count.
    await session.idle()
  } while (session.isConnected)
  if (!stream.isOpen) return
  if (session.isOver) stream.write(managementFailed('item-not-found'))
  else if (session.attach(stream, h)) stream.carry(session)
  else stream.fail(tooHigh(session, h))
}

/** The value of `h`, an unsigned number of 32 bits; null when it is none. */
export function countOf(element: Element): number | null {
  const text = element.attrs['h'] ?? ''
  const h = /^\d{1,10}$/.test(text) ? Number(text) : NaN
  return h < 2 ** 32 ? h : null
}

export function managementFailed(condition: string): string {
  return `<failed xmlns='${NS_MANAGEMENT}'><${condition} xmlns='${NS_STANZAS}'/></failed>`
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
