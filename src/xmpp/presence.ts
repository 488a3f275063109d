// RFC 6121 section 4: exchanging presence.
import { type Directory } from '../directory/ports.ts'
import { type Outbound } from '../intake/outbound.ts'
import { child, Element, textOf } from '../xml/element.ts'
import { type Account, type Accounts, type Session } from './accounts.ts'
import { refuseBlocked } from './blocking.ts'
import { stamped } from './drafts.ts'
import { type Elsewhere } from './elsewhere.ts'
import { addresseeOf } from './messages.ts'
import { createPresenceFanout, gone, mayHear, sendDirect, sendTo } from './presence-fanout.ts'
import { answerProbe } from './probes.ts'
import { type Services, speakerOf } from './services.ts'
import { type Spoken } from './spoken.ts'
import { type Jid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** Whom one session may send presence directly before it goes. */
const directedMax = 1_000

export type Presences = {
  /** Presence of the types `available`, `unavailable` and `probe`. @throws {StanzaError} */
  route(stanza: Element, from: Session): Promise<void>
  /** Presence that goes to a service: remembered, so that it is told when the device goes. @throws {StanzaError} */
  directed(stanza: Element, from: Session, to: Jid): void
  /** The session is gone without a word. */
  closed(session: Session): void
  /** The devices of `of` that are there, shown to this account unless one of them has blocked the other. */
  readonly show: (of: Account, to: Account) => void
  /** The devices of `of`, as if they had gone, to this account. */
  readonly hide: (of: Account, to: Account) => void
}

export type PresenceParts = {
  readonly directory: Pick<Directory, 'find'>
  readonly spoken: Spoken
  readonly accounts: Accounts
  readonly services: Services
  readonly elsewhere: Elsewhere
  readonly changed: (session: Session, change: { readonly isInitial: boolean }) => void
  /** It is unavailable from now on; `out` names nobody. */
  readonly left: (session: Session, out: Outbound) => void
}

export function createPresences(parts: PresenceParts): Presences {
  const { directory, accounts, spoken } = parts
  const fanout = createPresenceFanout(parts)

  async function become(stanza: Element, from: Session): Promise<void> {
    const isAvailable = stanza.attrs['type'] === undefined
    const priority = priorityOf(stanza)
    if (!isAvailable && !from.presence && from.directed.size === 0) return
    const out = await spoken(broadcastForm(stanza, from.jid), speakerOf(from), null)
    if (from.isClosed) return
    if (!isAvailable) {
      fanout.leave(from, out)
      return
    }
    const isInitial = from.presence === null
    from.presence = out
    from.priority = priority
    from.isAway = ['away', 'xa'].includes(textOf(child(stanza, 'show', stanza.ns)))
    fanout.broadcast(from, out)
    if (isInitial) fanout.greet(from)
    parts.changed(from, { isInitial })
  }

  async function direct(stanza: Element, from: Session): Promise<void> {
    const to = addresseeOf(stanza, from)
    refuseBlocked({ from: speakerOf(from), to, recipient: null })
    // Remembered for those who do not exist, too: the sender learns nothing.
    remember(from, to, { isAvailable: stanza.attrs['type'] === undefined })
    const person = directory.find(to.bare)
    if (!person?.enabled) return
    const recipient = await accounts.load(person)
    if (!mayHear(recipient, from.account, from.jid)) return
    const speaker = speakerOf(from)
    const addressee = { to, id: person.id, isHere: true }
    sendDirect(recipient, to, await spoken(stamped(stanza, speaker, to), speaker, addressee))
  }

  return {
    async route(stanza, from) {
      const { type, to } = stanza.attrs
      if (type === 'probe') {
        const asked = addresseeOf(stanza, from)
        refuseBlocked({ from: speakerOf(from), to: asked, recipient: null })
        await answerProbe(parts, speakerOf(from), asked)
        return
      }
      if (type === 'error') return // Nobody waits for it.
      if (type !== undefined && type !== 'unavailable') {
        throw new StanzaError('bad-request', { text: 'Presence has no such type.' }) // Section 4.7.1.
      }
      await (to === undefined ? become(stanza, from) : direct(stanza, from))
    },
    directed(stanza, from, to) {
      const { type } = stanza.attrs
      if (type === undefined || type === 'unavailable')
        remember(from, to, { isAvailable: type === undefined })
    },
    closed(session) {
      if (session.presence || session.directed.size > 0) fanout.leave(session, gone(session.jid))
    },
    show(of, to) {
      for (const { jid, presence } of of.sessions.values()) {
        if (presence && mayHear(to, of, jid)) sendTo(to, presence)
      }
    },
    hide(of, to) {
      for (const { jid, presence } of of.sessions.values()) if (presence) sendTo(to, gone(jid))
    },
  }
}

function remember(
  from: Session,
  { text }: Jid,
  { isAvailable }: { readonly isAvailable: boolean },
): void {
  if (!isAvailable) from.directed.delete(text)
  else if (from.directed.size < directedMax) from.directed.add(text)
  else {
    throw new StanzaError('resource-constraint', {
      text: `This device has sent presence to ${directedMax} addresses already.`,
    })
  }
}

/** Section 4.7.2.3. */
function priorityOf(stanza: Element): number {
  const text = textOf(child(stanza, 'priority', stanza.ns)).trim()
  if (text === '') return 0
  const priority = /^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (priority >= -128 && priority <= 127) return priority
  throw new StanzaError('bad-request', { text: 'A priority is a whole number from -128 to 127.' })
}

/** As it goes to everybody: from the device, to nobody yet. */
function broadcastForm({ name, ns, attrs, children }: Element, from: Jid): Element {
  return new Element(name, ns, { ...attrs, from: from.text }, children)
}
