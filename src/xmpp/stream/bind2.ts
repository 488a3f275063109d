// XEP-0386: Bind 2, version 1.1.0
// Source: https://xmpp.org/extensions/xep-0386.html
import { hash } from 'node:crypto'

import { type Person, type UserAgent } from '../../directory/ports.ts'
import { child, type Element, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Jid } from '../wire/jid.ts'
import { addressWith, bindResource } from './bind.ts'
import { enableManagement } from './bound.ts'
import { type StreamHost } from './host.ts'
import { NS_BIND2, NS_CLIENT_STATE, NS_MANAGEMENT } from './namespaces.ts'
import { type Passed } from './sign-in.ts'
import { type Stream } from './stream.ts'

/** UTF-16 units of a tag that get into a resource. */
const tagMax = 64
const resourceBytes = 12

type How = {
  readonly host: StreamHost
  /** The success, from the full address and `<bound/>`. */
  readonly say: (address: string, bound: string) => string
}

/** Binds a resource and begins its session as the client asked. It is sent nothing before it has been told. */
export async function bindInline(
  request: Element,
  { person, by, key, address, wishes: { agent } }: Passed,
  stream: Stream,
  { host, say }: How,
): Promise<void> {
  await endEarlier(person, agent, host)
  stream.holdBack()
  const jid = addressOf(request, person, agent, host)
  const client = { agent, by, key, at: host.clock.now(), address }
  const session = jid && (await bindResource({ jid, person, client }, stream, host))
  if (!session) {
    stream.fail({ condition: 'resource-constraint', text: 'Too many devices are signed in.' })
    return
  }
  const enable = child(request, 'enable', NS_MANAGEMENT)
  const enabled = enable ? enableManagement(enable, session, host) : ''
  if (child(request, 'inactive', NS_CLIENT_STATE)) session.setActive(false)
  host.router.opened(session)
  const more = await host.router.bound(session, request)
  if (!stream.isOpen) return
  const inside = more.map((part) => serialize(part, NS_BIND2)).join('') + enabled
  stream.release(
    say(session.jid.text, `<bound xmlns='${NS_BIND2}'>${inside}</bound>`),
    host.features.bound({ isManaged: session.management !== null }),
  )
}

/** §3.2: an earlier session of the same client is one that it has lost. */
async function endEarlier(
  person: Person,
  { id }: UserAgent,
  { sessions }: StreamHost,
): Promise<void> {
  if (id === null) return
  for (const old of sessions.of(person.id)) {
    if (old.client.agent.id !== id) continue
    await old.end({ condition: 'conflict', text: 'Replaced by a new connection.' })
  }
}

/**
 * §3.2.1: the client's tag and something of ours, the same for each bind of one installation, so that its marks are those
 * of one device. A hash, as nobody may learn the id itself, and it is too random to be guessed.
 */
function addressOf(
  request: Element,
  person: Person,
  { id }: UserAgent,
  { random }: StreamHost,
): Jid | null {
  const tag = textOf(child(request, 'tag', NS_BIND2))
    .slice(0, tagMax)
    .toWellFormed()
  const bytes =
    id === null
      ? random.bytes(resourceBytes)
      : hash('sha256', `resource ${person.id} ${id} ${tag}`, 'buffer').subarray(0, resourceBytes)
  const own = Buffer.from(bytes).toString('base64url')
  // A tag that cannot be in an address is left out.
  return (tag === '' ? null : addressWith(person, `${tag}/${own}`)) ?? addressWith(person, own)
}
