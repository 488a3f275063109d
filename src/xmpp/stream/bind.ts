// Resource binding: RFC 6120 §7.
import { type Person } from '../../directory/ports.ts'
import { child, type Element, textOf } from '../../xml/element.ts'
import { escapeAttr, escapeText } from '../../xml/serialize.ts'
import { type SignedIn } from '../ports.ts'
import { type Jid, parseJid, withResource } from '../wire/jid.ts'
import { type StreamHost } from './host.ts'
import { NS_BIND, NS_CLIENT, NS_STANZAS } from './namespaces.ts'
import { Session } from './session.ts'
import { type Passed } from './sign-in.ts'
import { type Stream } from './stream.ts'

const resourceBytes = 12

/**
 * Binds the resource that was asked for, or one of ours.
 *
 * @returns a promise where an older session has to go first
 */
export function bind(
  iq: Element,
  { person, by, key, wishes, address }: Passed,
  stream: Stream,
  host: StreamHost,
): Promise<void> | void {
  const request = iq.attrs['type'] === 'set' ? child(iq, 'bind', NS_BIND) : undefined
  const id = iq.attrs['id']
  if (!request || id === undefined) {
    stream.fail({ condition: 'not-authorized', text: 'Bind a resource first.' })
    return
  }
  const jid = addressOf(request, person, host)
  if (!jid) {
    stream.write(refusal(id, 'modify', 'bad-request'))
    return
  }
  const client = { agent: wishes.agent, by, key, at: host.clock.now(), address }
  const answer = (session: Session | null): void => {
    if (!session) {
      if (stream.isOpen) stream.write(refusal(id, 'wait', 'resource-constraint'))
      return
    }
    stream.write(
      `<iq xmlns='${NS_CLIENT}' type='result' id='${escapeAttr(id)}'>` +
        `<bind xmlns='${NS_BIND}'><jid>${escapeText(jid.text)}</jid></bind></iq>`,
    )
    host.router.opened(session)
  }
  const session = bindResource({ jid, person, client }, stream, host)
  return session instanceof Promise ? session.then(answer) : answer(session)
}

type Who = { readonly jid: Jid; readonly person: Person; readonly client: SignedIn }

/**
 * A session at that address. An older one has to go, §7.7.2.2, and is waited for.
 *
 * @returns null when the stream has ended meanwhile, or the person has too many
 */
export function bindResource(
  who: Who,
  stream: Stream,
  host: StreamHost,
): Session | null | Promise<Session | null> {
  const { jid, person, client } = who
  // The person may have been disabled since he signed in, or what he came with taken back.
  if (!host.directory.opens(person.id, client.key)) {
    stream.fail({ condition: 'not-authorized', text: 'This account is disabled.' })
    return null
  }
  return host.sessions.find(jid.text) ? takeOver(who, stream, host) : begin(who, stream, host)
}

async function takeOver(who: Who, stream: Stream, host: StreamHost): Promise<Session | null> {
  const { text } = who.jid
  for (let old = host.sessions.find(text); old; old = host.sessions.find(text)) {
    await old.end({ condition: 'conflict', text: 'Replaced by a new connection.' })
  }
  return stream.isOpen ? begin(who, stream, host) : null
}

function begin(who: Who, stream: Stream, host: StreamHost): Session | null {
  const { person } = who
  if (host.sessions.of(person.id).length >= host.settings.sessionsPerPersonMax) return null
  const session = new Session(host, who, stream)
  host.sessions.add(session)
  stream.carry(session)
  return session
}

/** Null when that cannot be a resource. */
export function addressWith({ address }: Person, resource: string): Jid | null {
  const bare = parseJid(address)
  return bare && withResource(bare, resource)
}

function addressOf(request: Element, person: Person, host: StreamHost): Jid | null {
  const asked = textOf(child(request, 'resource', NS_BIND))
  const resource = asked === '' ? host.random.bytes(resourceBytes).toString('base64url') : asked
  return addressWith(person, resource)
}

function refusal(id: string, type: string, condition: string): string {
  return (
    `<iq xmlns='${NS_CLIENT}' type='error' id='${escapeAttr(id)}'>` +
    `<error type='${type}'><${condition} xmlns='${NS_STANZAS}'/></error></iq>`
  )
}
