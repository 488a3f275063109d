import { serialize } from '../../src/xml/serialize.ts'
import { type Element } from '../../src/xml/element.ts'
import { type Parcel, outsider } from '../../src/xmpp/services.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { StanzaError } from '../../src/xmpp/wire/stanza-error.ts'
import { parse, type Scene } from './scene.ts'

/** A domain in a scene where somebody else's program speaks. */
export type Elsewhere = {
  /** Stanzas that were handed over and not looked at, without namespace. */
  got(): string[]
  /** Parcels of them all. */
  readonly parcels: Parcel[]
  /** A stanza of somebody there, whose `from` it has. */
  says(xml: string): Promise<void>
  /** What such speakers were answered, errors above all, and the test has not looked at. */
  answers(): string[]
  isDown: boolean
}

export function elsewhere(s: Scene, domain: string): Elsewhere {
  const answered: Element[] = []
  let unread: Parcel[] = []
  const there: Elsewhere = {
    parcels: [],
    isDown: false,
    got() {
      const found = unread.map(({ out }) => bare(out.wire))
      unread = []
      return found
    },
    async says(xml) {
      const stanza = parse(xml)
      const jid = parseJid(stanza.attrs['from'] ?? '')
      if (!jid) throw new Error('a stanza from elsewhere says from whom it is')
      await s.router.receive(
        stanza,
        outsider({
          jid,
          origin: `component:${domain}`,
          send: (out) => answered.push(parse(out.wire)),
        }),
      )
      await s.settled()
    },
    answers: () => answered.splice(0).map((stanza) => serialize(stanza, 'jabber:client')),
  }
  const service = s.router.through({
    deliver(parcel) {
      there.parcels.push(parcel)
      unread.push(parcel)
    },
    check() {
      if (there.isDown) throw new StanzaError('remote-server-timeout')
    },
  })
  s.router.services.add(domain, service)
  return there
}

function bare(wire: string): string {
  return serialize(parse(wire), 'jabber:client')
}
