// RFC 6121 section 4 with people at other domains.
import { type Directory } from '../directory/ports.ts'
import { type Outbound } from '../intake/outbound.ts'
import { type Element } from '../xml/element.ts'
import { type Account, type Accounts, available, type Session } from './accounts.ts'
import { isBlocked } from './blocking.ts'
import { type Addressee, stamped } from './drafts.ts'
import { type Elsewhere } from './elsewhere.ts'
import { gone, sendDirect, withAddressee } from './presence-fanout.ts'
import { answerProbe } from './probes.ts'
import { type RoomLines } from './room-lines.ts'
import { type Speaker, speakerOf } from './services.ts'
import { type Spoken } from './spoken.ts'
import { type Jid } from './wire/jid.ts'

export type OutsidePresence = {
  /** Of any type but those of subscriptions. @throws {StanzaError} for the speaker */
  received(stanza: Element, from: Speaker, to: Jid): Promise<void>
  /** What a device sends to this address, as it may go out. @throws {StanzaError} */
  outward(stanza: Element, from: Session, addressee: Addressee): Promise<Outbound>
  /** The devices of `of` that are there, shown to this contact unless he is blocked. */
  readonly show: (of: Account, to: Jid) => void
  /** The devices of `of`, as if they had gone. */
  readonly hide: (of: Account, to: Jid) => void
}

export function createOutsidePresence({
  directory,
  accounts,
  elsewhere,
  roomLines,
  spoken,
}: {
  readonly directory: Pick<Directory, 'find'>
  readonly accounts: Accounts
  readonly elsewhere: Elsewhere
  readonly roomLines: RoomLines
  readonly spoken: Spoken
}): OutsidePresence {
  async function received(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    if (stanza.attrs['type'] === 'probe') {
      await answerProbe({ directory, accounts }, from, to)
      return
    }
    const person = directory.find(to.bare)
    if (!person?.enabled) return
    const recipient = await accounts.load(person)
    if (isBlocked(recipient, from.jid)) return
    // Nobody keeps it: who is not there asks when he comes.
    if (recipient.sessions.size === 0) return
    const addressee = { to, id: person.id, isHere: true }
    roomLines.noticed(stanza, from, addressee)
    sendDirect(recipient, to, await spoken(stamped(stanza, from, to), from, addressee))
  }

  return {
    received,
    async outward(stanza, from, addressee) {
      const speaker = speakerOf(from)
      return await spoken(stamped(stanza, speaker, addressee.to), speaker, addressee)
    },
    show(of, to) {
      for (const { presence } of available(of)) {
        if (presence) elsewhere.tell(of, to, withAddressee(presence, to.text))
      }
    },
    hide(of, to) {
      for (const { jid } of available(of)) elsewhere.tell(of, to, withAddressee(gone(jid), to.text))
    },
  }
}
