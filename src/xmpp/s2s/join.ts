// Other servers and what is behind the streams here, put together.
import { type Directory } from '../../directory/ports.ts'
import { contactRefusal, domainOf, type Insider } from '../../policy/outside-contact.ts'
import { type Element } from '../../xml/element.ts'
import { sendError } from '../reply.ts'
import { type ClosableRouter } from '../router.ts'
import { outsider, type Parcel, type Speaker } from '../services.ts'
import { type Jid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { createOnItsWay, type OnItsWayParts } from './on-its-way.ts'
import { createServers, type Servers, type ServersParts } from './servers.ts'

export type JoinParts = Omit<ServersParts, 'inside' | 'outages'> &
  Omit<OnItsWayParts, 'returned' | 'giveUpMs'> & {
    readonly directory: Pick<Directory, 'find'>
    readonly router: Pick<
      ClosableRouter,
      'services' | 'through' | 'receive' | 'outages' | 'returned'
    >
  }

export type JoinedServers = Servers & {
  /** Takes up what was on its way to others when this server ended. Once they can call back. */
  resume(): Promise<void>
}

/** Streams with other servers, as the service at every domain where nothing of ours is. */
export function joinOtherServers(parts: JoinParts): JoinedServers {
  const { domain, policy, router } = parts

  /** Of what is not put on record, and so not seen by the rule there: presence, requests. */
  function refusalOf(person: Insider | null, elsewhere: string): StanzaError | null {
    const finding = contactRefusal(policy, person ? [person] : [], elsewhere)
    return finding && new StanzaError(finding.condition ?? 'not-allowed', { text: finding.notice })
  }

  /** All that goes to another server passes here, also what nobody has sent just now: presence to a contact. */
  function deliver(parcel: Parcel): void {
    const { out, to, failed } = parcel
    const tag = out.wire.slice(0, out.wire.indexOf('>'))
    // Who was refused is told so, in the name of the one that he may not talk to.
    const isError = tag.includes(` type='error'`)
    const refusal = refusalOf(isError ? null : parts.directory.find(bareOf(tag)), to.domain)
    if (refusal) failed?.(refusal)
    else servers.send(parcel, { from: domainOf(tag, 'from') ?? domain, to: to.domain })
  }

  async function receive(stanza: Element, from: Jid, to: Jid): Promise<void> {
    const speaker = speakerAt(from, deliver)
    // A message that is refused is on record, with the verdict.
    const refusal =
      stanza.name === 'message' ? null : refusalOf(parts.directory.find(to.bare), from.domain)
    if (refusal) sendError(stanza, refusal, speaker)
    else await router.receive(stanza, speaker)
  }

  const inside = { isOurs: (name: string) => router.services.isOurs(name), receive }
  const { outages, returned } = router
  const { giveUpMs } = parts.settings
  const onItsWay = createOnItsWay({ ...parts, returned, giveUpMs })
  const servers = createServers({ ...parts, outages, inside })
  router.services.addElsewhere(router.through({ deliver, track: onItsWay.track }))
  return {
    ...servers,
    resume: async () => await onItsWay.resume(deliver),
    giveUp() {
      onItsWay.stop()
      servers.giveUp()
    },
    async stop() {
      onItsWay.stop()
      await servers.stop()
      await onItsWay.close()
    },
  }
}

function speakerAt(jid: Jid, deliver: (parcel: Parcel) => void): Speaker {
  return outsider({
    jid,
    origin: `s2s:${jid.domain}`,
    send: (out) => deliver({ out, to: jid, failed: null }),
  })
}

/** The bare address in the `from` of an opening tag: with escapes, which no address of a person here has. */
function bareOf(openingTag: string): string {
  return /\sfrom='([^'/]*)/.exec(openingTag)?.[1] ?? ''
}
