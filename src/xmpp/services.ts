import { type PersonId } from '../directory/ports.ts'
import { type RecordOrigin } from '../intake/draft.ts'
import { type Outbound, type Recorded } from '../intake/outbound.ts'
import { outsiderId } from '../intake/outsider.ts'
import { type ServerMark } from '../intake/ports.ts'
import { type Element } from '../xml/element.ts'
import { type Session } from './accounts.ts'
import { type Jid } from './wire/jid.ts'
import { type StanzaError } from './wire/stanza-error.ts'

/** Whoever speaks: a device of a person here, or somebody at another domain. */
export type Speaker = {
  readonly jid: Jid
  /** Who that is on record: a person's id, or what stands for a bare address elsewhere. */
  readonly id: PersonId
  /** Null for somebody elsewhere. */
  readonly session: Session | null
  /** How what he says came here. */
  readonly origin: RecordOrigin
  send(out: Outbound): void
}

/** Something for somebody at another domain. */
export type Parcel = {
  readonly out: Outbound
  readonly to: Jid
  /** Tells who sent it that it cannot be handed over. Null where nobody waits for that, as for presence. */
  readonly failed: ((error: StanzaError) => void) | null
  /** Told when the other server has it, or may have it. Absent where nobody keeps count. */
  readonly had?: (kind: ServerMark['kind']) => void
  /** Since when it waits, in ms since 1970. Absent: since now. */
  readonly since?: number
}

/** A message to somebody at another domain, and who sent it. */
export type Sent = {
  readonly message: Recorded
  readonly sender: PersonId
  readonly from: Jid
  readonly to: Jid
  /** The `id` that the sender gave it. */
  readonly id: string | null
}

/** What lives at a domain of its own below ours: rooms, uploads, a component; or all the other servers. */
export type Service = {
  /**
   * A stanza for it, with a `from` that is the speaker's own. Settled when it resolves.
   * @throws {StanzaError} for the speaker
   */
  route(stanza: Element, from: Speaker, to: Jid): Promise<void>
  /**
   * RFC 6121 section 4.6.3: a device that has sent presence to this address is not there any more. `out` says so, to
   * nobody yet.
   */
  left?(from: Speaker, to: Jid, out: Outbound): void
  /** Hands over what is for somebody there, in order. Absent where the service is our own: nobody there has a roster. */
  deliver?(parcel: Parcel): void
}

/** Services by domain. */
export type Services = {
  /** @returns what takes it away again, or null when there is one at this domain already */
  add(domain: string, service: Service): (() => void) | null
  /** What is at all domains where nothing of ours is: the other servers. @returns what takes it away again */
  addElsewhere(service: Service): () => void
  /** Null for our own domain, and for one that nobody serves. */
  at(domain: string): Service | null
  /** Our own domain, or that of something that was added for it. */
  isOurs(domain: string): boolean
  /** In the order in which they were added. */
  domains(): readonly string[]
}

/** @param own our own domain, at which there is no service */
export function createServices(own: string): Services {
  const byDomain = new Map<string, Service>()
  let elsewhere: Service | null = null
  return {
    add(domain, service) {
      if (byDomain.has(domain)) return null
      byDomain.set(domain, service)
      return () => void byDomain.delete(domain)
    },
    addElsewhere(service) {
      elsewhere = service
      return () => {
        elsewhere = null
      }
    },
    at: (domain) => (domain === own ? null : (byDomain.get(domain) ?? elsewhere)),
    isOurs: (domain) => domain === own || byDomain.has(domain),
    domains: () => [...byDomain.keys()],
  }
}

const speakers = new WeakMap<Session, Speaker>()

/** The same one each time, so that services may compare. */
export function speakerOf(session: Session): Speaker {
  const known = speakers.get(session)
  if (known) return known
  const speaker: Speaker = {
    jid: session.jid,
    id: session.account.person.id,
    session,
    origin: 'native',
    send(out) {
      if (!session.isClosed) session.pass(out)
    },
  }
  speakers.set(session, speaker)
  return speaker
}

/** Somebody at another domain. `send` takes the answers that he gets, errors above all. */
export function outsider({ jid, origin, send }: Pick<Speaker, 'jid' | 'origin' | 'send'>): Speaker {
  return { jid, id: outsiderId(jid.bare), session: null, origin, send }
}
