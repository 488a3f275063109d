// XEP-0045: Multi-User Chat, version 1.35.5, section 17.4: requests from one occupant to another
// Source: https://xmpp.org/extensions/xep-0045.html
import { Transient } from '../../intake/outbound.ts'
import { type Element, elements, withAttrs } from '../../xml/element.ts'
import { refuseDirectTransfer } from '../direct-transfer.ts'
import { roomDraft } from '../drafts.ts'
import { type Host } from '../host.ts'
import { withAddressee } from '../presence-fanout.ts'
import { iqResult, onRecordOnce } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Occupant, occupantOf, type Room } from './room.ts'

export const NS_PING = 'urn:xmpp:ping'

/** Requests that wait for their answers. The oldest is forgotten. */
const relayedMax = 10_000

type At = { readonly room: Room; readonly nick: string }

/** A request to an occupant goes to his first device, and the answer back to the device that has asked. */
export function createRelay({
  intake,
}: Pick<Host, 'intake'>): (iq: Element, from: Speaker, at: At) => Promise<void> {
  const waiting = new Map<string, Speaker>()

  return async (iq, from, { room, nick }) => {
    const { type = '', id = '' } = iq.attrs
    const { address } = room.state
    const asker = occupantOf(room, from)
    const target = room.occupants.get(nick)
    if (type === 'result' || type === 'error') {
      const key = `${from.jid.text} ${address}/${nick} ${id}`
      const goal = waiting.get(key)
      waiting.delete(key)
      if (goal && asker && target) await pass(iq, { room, asker, target, from, goal })
      return
    }
    const [payload] = elements(iq)
    // XEP-0045 section 6.6, and XEP-0410 section 3.1 for pings.
    const isDisco = payload?.ns === ns.discoInfo || payload?.ns === ns.discoItems
    if (!asker && isDisco) throw new StanzaError('bad-request')
    if (!asker) throw new StanzaError('not-acceptable', { type: 'cancel' })
    // XEP-0410 section 3.1: whether one is in, answered by the room itself.
    if (target === asker && payload?.ns === NS_PING) return from.send(iqResult(iq, from, null))
    const [first] = target?.seats.values() ?? []
    if (!target || !first) throw new StanzaError('item-not-found')
    refuseDirectTransfer(iq)
    const [oldest] = waiting.keys()
    if (waiting.size >= relayedMax && oldest !== undefined) waiting.delete(oldest)
    waiting.set(`${first.speaker.jid.text} ${address}/${asker.nick} ${id}`, from)
    await pass(iq, { room, asker, target, from, goal: first.speaker })
  }

  async function pass(
    iq: Element,
    to: {
      readonly room: Room
      readonly asker: Occupant
      readonly target: Occupant
      readonly from: Speaker
      readonly goal: Speaker
    },
  ): Promise<void> {
    const { room, asker, target, from, goal } = to
    const said = withAttrs(iq, { from: `${room.state.address}/${asker.nick}`, to: null })
    const isPlain = Transient.of(withAttrs(said, { from: null }), 'relayed') !== null
    const members = [from.id, target.person]
    const out = isPlain
      ? Transient.of(said, 'room')
      : await onRecordOnce(intake, roomDraft(said, { room: room.state.id, members, from }))
    if (out) goal.send(withAddressee(out, goal.jid.text))
  }
}
