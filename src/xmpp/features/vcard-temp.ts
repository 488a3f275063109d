// XEP-0054: vcard-temp, version 1.3.0
// Source: https://xmpp.org/extensions/xep-0054.html
import { createLanes } from '../../base/lanes.ts'
import { type Element } from '../../xml/element.ts'
import { Recorded } from '../../intake/outbound.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Account } from '../accounts.ts'
import { type Feature, type Host, type IqAnswer } from '../host.ts'
import { mayRead } from '../pep/access.ts'
import { defaultConfig } from '../pep/config.ts'
import { type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { avatarFromVcard, NS_DATA, NS_METADATA, withAvatar } from './avatar-conversion.ts'

const NS = 'vcard-temp'
const at = ['own', 'contact', 'stranger'] as const

/** As its person wrote it, for everybody. */
const plainNode = 'onrecord:vcard'
/** The same with the picture that he published (XEP-0398), for who may read that. */
const pictureNode = 'onrecord:vcard-picture'

/** A person's card: a publish like any other, and therefore on record before anybody can ask for it. */
export const vcardTemp: Feature = {
  name: 'vcard-temp',
  xep: 54,
  title: 'vcard-temp',
  version: '1.3.0',
  discovery: [NS],
  accountDiscovery: [NS],
  setup(host) {
    const inTurn = createLanes()
    const rebuild = async (owner: Account, by: { readonly jid: Jid }): Promise<void> =>
      await inTurn(owner.person.id, async () => await rebuildPicture(host, owner, by))

    host.onOpenIq({ type: 'get', ns: NS, name: 'vCard', at }, async (_vcard, from, whom) => {
      const owner = whom.kind === 'contact' || whom.kind === 'stranger' ? whom.account : null
      const account = owner ?? from.session?.account
      const card = account && (await answerOf(host, account, from.jid))
      if (card) return card
      // Section 3.3: the same for who has none as for nobody. Section 3.1, for the own one.
      throw new StanzaError(owner ? 'service-unavailable' : 'item-not-found')
    })
    const anybody = [...at, 'nobody'] as const
    host.onIq({ type: 'set', ns: NS, name: 'vCard', at: anybody }, async (vcard, from, whom) => {
      // Section 3.2. The same for nobody, so that it tells of no account.
      if (whom.kind !== 'own') throw new StanzaError('forbidden')
      const { account } = from
      await publishCard(host, account, from, vcard)
      await avatarFromVcard(host, from, vcard)
      await rebuild(account, from)
      return null
    })
    host.pep.onChanged(async ({ owner, by, node, item }) => {
      // New data are shown when the metadata name them; data that are taken back are gone from the card, too.
      if (node !== NS_METADATA && !(node === NS_DATA && item === null)) return
      await rebuild(owner, by)
    })
  },
}

/** The card of an account, in place of the one before. */
export async function publishCard(
  host: Host,
  owner: Account,
  by: { readonly jid: Jid },
  vcard: Element,
): Promise<void> {
  await host.pep.publish(owner, by, {
    node: plainNode,
    item: { id: 'current', payload: vcard },
    options: null,
    config: { ...defaultConfig, accessModel: 'open', deliverNotifications: false },
  })
}

/** The card with the published picture; none where there is no such picture. */
async function rebuildPicture(
  host: Host,
  owner: Account,
  by: { readonly jid: Jid },
): Promise<void> {
  const made = await withAvatar(host, owner, await host.pep.newest(owner, plainNode))
  await forgetPicture(host, owner, by)
  if (!made) return
  await host.pep.publish(owner, by, {
    node: pictureNode,
    item: { id: 'current', payload: made },
    options: null,
    config: {
      ...defaultConfig,
      accessModel: 'open',
      deliverNotifications: false,
      sendLast: 'never',
    },
  })
}

async function forgetPicture(host: Host, owner: Account, by: { readonly jid: Jid }): Promise<void> {
  const nodes = await host.pep.nodes(owner)
  if (nodes.has(pictureNode)) await host.pep.remove(owner, by, pictureNode, null)
}

async function answerOf(host: Host, owner: Account, to: Jid): Promise<IqAnswer | null> {
  const nodes = await host.pep.nodes(owner)
  // XEP-0398 section 7: the picture is for who may read both of its nodes, as they are set up now.
  const hasPicture = [NS_METADATA, NS_DATA].every((name) => {
    const node = nodes.get(name)
    return node !== undefined && mayRead(node, owner, to.bare)
  })
  for (const name of hasPicture ? [pictureNode, plainNode] : [plainNode]) {
    const node = nodes.get(name)
    if (!node || !mayRead(node, owner, to.bare)) continue
    const [item] = await host.pep.open(await host.pep.kept(owner, name, { newest: 1 }))
    if (item?.recorded) return cardAnswer(item.recorded, owner, to)
  }
  return null
}

function cardAnswer(recorded: Recorded, owner: Account, to: Jid): IqAnswer {
  const [from, reader] = [escapeAttr(owner.bare), escapeAttr(to.text)]
  return {
    out: (iq) => {
      const id = escapeAttr(iq.attrs['id'] ?? '')
      const open = `<iq xmlns='${ns.client}' type='result' id='${id}' from='${from}' to='${reader}'>`
      return Recorded.gathered([recorded], ([card]) => `${open}${card ?? ''}</iq>`)
    },
  }
}
