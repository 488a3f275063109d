// What several people's devices ask of one server at the same moment: rooms, nodes, rosters, blocks, cards, files, commands.
import { type Dice, pick } from './fuzz.ts'

/** What an act may name. */
export type World = {
  readonly roll: Dice
  /** A word that nobody has said before. */
  word(): string
  /** Of commands, ids of messages, tokens of invitations: what was seen last. */
  readonly seen: {
    readonly sessions: string[]
    readonly stanzaIds: string[]
    readonly tokens: string[]
  }
}

type Act = (world: World) => string

const domain = 'chat.example'
export const users: readonly string[] = ['u0', 'u1', 'u2', 'u3']
export const rooms: readonly string[] = ['r0', 'r1'].map((name) => `${name}@conference.${domain}`)
export const nodes: readonly string[] = ['k0', 'k1', 'urn:xmpp:avatar:data']
const nicks = ['n0', 'n1', 'n\ufffd2']
const affiliations = ['owner', 'admin', 'member', 'none', 'outcast']
const NS_MUC = 'http://jabber.org/protocol/muc'
const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'

const room = ({ roll }: World): string => pick(roll, rooms)
const nick = ({ roll }: World): string => pick(roll, nicks)
const node = ({ roll }: World): string => pick(roll, nodes)
export const bare = (user: string): string => `${user}@${domain}`
const user = ({ roll }: World): string => bare(pick(roll, users))
/** A device of somebody; its session may be over. */
const device = (world: World): string => `${user(world)}/${pick(world.roll, ['a', 'b'])}`
const flag = ({ roll }: World): string => String(roll(2))

function field(name: string, ...values: readonly string[]): string {
  return `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`
}

function form(type: string, ...fields: readonly string[]): string {
  return `<x xmlns='jabber:x:data' type='submit'>${field('FORM_TYPE', type)}${fields.join('')}</x>`
}

function iq(type: 'get' | 'set', to: string, inside: string): string {
  return `<iq type='${type}' id='act' to='${to}'>${inside}</iq>`
}

function mine(type: 'get' | 'set', inside: string): string {
  return `<iq type='${type}' id='act'>${inside}</iq>`
}

const roomOwner = (world: World, inside: string): string =>
  iq('set', room(world), `<query xmlns='${NS_MUC}#owner'>${inside}</query>`)
const roomAdmin = (world: World, inside: string): string =>
  iq('set', room(world), `<query xmlns='${NS_MUC}#admin'>${inside}</query>`)
const toRoom = (world: World, inside: string): string =>
  `<message to='${room(world)}'>${inside}</message>`
const join = (world: World, inside = ''): string =>
  `<presence to='${room(world)}/${nick(world)}'><x xmlns='${NS_MUC}'/>${inside}</presence>`
const roomForm = (world: World, ...fields: readonly string[]): string =>
  roomOwner(world, form(`${NS_MUC}#roomconfig`, ...fields))

const inRooms: readonly Act[] = [
  join,
  join,
  (world) => join(world, `<status>${world.word()}</status>`),
  (world) => join(world, `<encrypted xmlns='eu.siacs.conversations.axolotl'/>`),
  (world) => `<presence to='${room(world)}/${nick(world)}'><show>away</show></presence>`,
  (world) =>
    `<presence to='${room(world)}/${nick(world)}'><status>${world.word()}</status></presence>`,
  (world) => `<presence type='unavailable' to='${room(world)}/${nick(world)}'/>`,
  (world) =>
    `<message type='groupchat' id='m' to='${room(world)}'><body>${world.word()}</body></message>`,
  (world) =>
    `<message type='groupchat' to='${room(world)}'><subject>${world.word()}</subject></message>`,
  (world) =>
    `<message type='chat' to='${room(world)}/${nick(world)}'><body>${world.word()}</body></message>`,
  (world) => roomOwner(world, `<x xmlns='jabber:x:data' type='submit'/>`),
  (world) => roomForm(world, field('muc#roomconfig_persistentroom', flag(world))),
  (world) =>
    roomForm(
      world,
      field('muc#roomconfig_membersonly', flag(world)),
      field('muc#roomconfig_allowinvites', '1'),
    ),
  (world) => roomForm(world, field('muc#roomconfig_moderatedroom', flag(world))),
  (world) => roomForm(world, field('muc#roomconfig_roomdesc', world.word())),
  (world) =>
    roomForm(world, field('muc#roomconfig_whois', pick(world.roll, ['anyone', 'moderators']))),
  (world) =>
    world.roll(4) === 0
      ? roomOwner(world, `<destroy><reason>${world.word()}</reason></destroy>`)
      : join(world),
  (world) =>
    roomAdmin(
      world,
      `<item jid='${user(world)}' affiliation='${pick(world.roll, affiliations)}'><reason>${world.word()}</reason></item>`,
    ),
  (world) =>
    roomAdmin(
      world,
      `<item nick='${nick(world)}' role='${pick(world.roll, ['none', 'visitor', 'participant', 'moderator'])}'><reason>${world.word()}</reason></item>`,
    ),
  (world) =>
    toRoom(
      world,
      `<x xmlns='${NS_MUC}#user'><invite to='${pick(world.roll, [user(world), room(world)])}'><reason>${world.word()}</reason></invite></x>`,
    ),
  (world) =>
    toRoom(
      world,
      `<x xmlns='${NS_MUC}#user'><decline to='${pick(world.roll, [user(world), `${room(world)}/${nick(world)}`])}'><reason>${world.word()}</reason></decline></x>`,
    ),
  (world) => toRoom(world, form(`${NS_MUC}#request`, field('muc#role', 'participant'))),
  (world) =>
    toRoom(
      world,
      form(
        `${NS_MUC}#request`,
        field('muc#roomnick', nick(world)),
        field('muc#request_allow', '1'),
      ),
    ),
  (world) =>
    toRoom(
      world,
      form(
        `${NS_MUC}#register`,
        field('muc#register_roomnick', nick(world)),
        field('muc#register_allow', flag(world)),
      ),
    ),
  (world) =>
    iq(
      'set',
      room(world),
      `<query xmlns='jabber:iq:register'>${form(`${NS_MUC}#register`, field('muc#register_roomnick', nick(world)))}</query>`,
    ),
  (world) => iq('set', room(world), `<query xmlns='jabber:iq:register'><remove/></query>`),
  (world) =>
    iq(
      'set',
      room(world),
      `<moderate xmlns='urn:xmpp:message-moderate:1' id='${pick(world.roll, ['none', ...world.seen.stanzaIds])}'><retract xmlns='urn:xmpp:message-retract:1'/><reason>${world.word()}</reason></moderate>`,
    ),
  (world) => iq('set', room(world), `<vCard xmlns='vcard-temp'><FN>${world.word()}</FN></vCard>`),
  (world) => iq('get', room(world), `<vCard xmlns='vcard-temp'/>`),
  (world) =>
    hats(world, 'create', field('hats#title', world.word()), field('hats#uri', 'urn:hat:1')),
  (world) => hats(world, 'assign', field('hats#jid', user(world)), field('hats#uri', 'urn:hat:1')),
  (world) => hats(world, 'destroy', field('hats#uri', 'urn:hat:1')),
  (world) => iq('get', `${room(world)}/${nick(world)}`, `<ping xmlns='urn:xmpp:ping'/>`),
  (world) => iq('get', `${room(world)}/${nick(world)}`, `<query xmlns='jabber:iq:version'/>`),
  (world) => iq('set', room(world), `<query xmlns='urn:xmpp:mam:2'/>`),
  (world) => iq('get', room(world), `<query xmlns='http://jabber.org/protocol/disco#info'/>`),
]

function hats(world: World, name: string, ...fields: readonly string[]): string {
  const inside = form('urn:xmpp:hats:commands', ...fields)
  return iq(
    'set',
    room(world),
    `<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:hats:commands:${name}'>${inside}</command>`,
  )
}

const pubsub = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}'>${inside}</pubsub>`
const ofOwner = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}#owner'>${inside}</pubsub>`
const model = ({ roll }: World): string =>
  field('pubsub#access_model', pick(roll, ['open', 'presence', 'whitelist']))
const nodeForm = (world: World): string =>
  form(
    `${NS_PUBSUB}#node_config`,
    model(world),
    field('pubsub#title', world.word()),
    field('pubsub#max_items', pick(world.roll, ['1', '3', 'max'])),
  )

const atNodes: readonly Act[] = [
  (world) => mine('set', pubsub(`<publish node='${node(world)}'>${item(world)}</publish>`)),
  (world) => {
    const options = form(
      `${NS_PUBSUB}#publish-options`,
      model(world),
      field('pubsub#title', world.word()),
    )
    return mine(
      'set',
      pubsub(
        `<publish node='${node(world)}'>${item(world)}</publish><publish-options>${options}</publish-options>`,
      ),
    )
  },
  (world) =>
    mine(
      'set',
      pubsub(`<retract node='${node(world)}' notify='1'><item id='i${world.roll(3)}'/></retract>`),
    ),
  (world) =>
    mine('set', pubsub(`<create node='${node(world)}'/><configure>${nodeForm(world)}</configure>`)),
  (world) =>
    mine('set', ofOwner(`<configure node='${node(world)}'>${nodeForm(world)}</configure>`)),
  (world) => mine('set', ofOwner(`<delete node='${node(world)}'/>`)),
  (world) => mine('set', ofOwner(`<purge node='${node(world)}'/>`)),
  (world) =>
    mine(
      'set',
      ofOwner(
        `<affiliations node='${node(world)}'><affiliation jid='${user(world)}' affiliation='${pick(world.roll, ['member', 'none', 'outcast'])}'/></affiliations>`,
      ),
    ),
  (world) =>
    mine(
      'set',
      ofOwner(
        `<subscriptions node='${node(world)}'><subscription jid='${device(world)}' subscription='${pick(world.roll, ['subscribed', 'none'])}'/></subscriptions>`,
      ),
    ),
  (world) => iq('get', user(world), pubsub(`<items node='${node(world)}'/>`)),
  (world) =>
    iq(
      'get',
      user(world),
      pubsub(
        `<items node='${node(world)}'/><set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set>`,
      ),
    ),
  (world) =>
    iq('get', user(world), pubsub(pick(world.roll, ['<affiliations/>', '<subscriptions/>']))),
  (world) => iq('get', user(world), `<query xmlns='http://jabber.org/protocol/disco#items'/>`),
  (world) =>
    iq('set', user(world), pubsub(`<subscribe node='${node(world)}' jid='${device(world)}'/>`)),
  (world) => mine('set', `<vCard xmlns='vcard-temp'><FN>${world.word()}</FN></vCard>`),
  (world) => iq('get', user(world), `<vCard xmlns='vcard-temp'/>`),
  (world) =>
    mine(
      'set',
      `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='${room(world)}' name='${world.word()}'/></storage></query>`,
    ),
]

const item = (world: World): string =>
  `<item id='i${world.roll(3)}'><note xmlns='urn:note'>${world.word()}</note></item>`

const betweenPeople: readonly Act[] = [
  (world) =>
    `<message type='chat' id='c' to='${pick(world.roll, [user(world), device(world)])}'><body>${world.word()}</body></message>`,
  (world) =>
    `<presence to='${user(world)}' type='${pick(world.roll, ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'])}'/>`,
  (world) =>
    `<presence to='${user(world)}' type='subscribe'><status>${world.word()}</status></presence>`,
  (world) =>
    `<presence to='${user(world)}' type='subscribe'><preauth xmlns='urn:xmpp:pars:0' token='${pick(world.roll, ['none', ...world.seen.tokens])}'/></presence>`,
  (world) => `<presence><status>${world.word()}</status></presence>`,
  (world) => `<presence to='${device(world)}'><status>${world.word()}</status></presence>`,
  (world) =>
    mine(
      'set',
      `<query xmlns='jabber:iq:roster'><item jid='${user(world)}' name='${world.word()}'${pick(world.roll, ['', ` subscription='remove'`])}/></query>`,
    ),
  (world) => mine('set', `<block xmlns='urn:xmpp:blocking'>${blocked(world)}</block>`),
  () => mine('set', `<unblock xmlns='urn:xmpp:blocking'/>`),
  () => mine('set', `<unblock xmlns='urn:xmpp:blocking'/>`),
  (world) => iq('get', device(world), `<query xmlns='jabber:iq:version'/>`),
  (world) =>
    iq(
      'get',
      `upload.${domain}`,
      `<request xmlns='urn:xmpp:http:upload:0' filename='${world.word()}.txt' size='3'/>`,
    ),
  () => mine('set', `<query xmlns='urn:xmpp:mam:2'/>`),
]

function blocked(world: World): string {
  const report = `<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><text>${world.word()}</text></report>`
  return `<item jid='${user(world)}'>${pick(world.roll, ['', report])}</item>`
}

const NS_ADMIN = 'http://jabber.org/protocol/admin'

const commands: readonly Act[] = [
  (world) => command(world, 'urn:xmpp:invite#invite'),
  (world) => command(world, `${NS_ADMIN}#announce`),
  (world) => command(world, `${NS_ADMIN}#set-motd`),
  (world) => command(world, `${NS_ADMIN}#disable-user`),
  (world) => command(world, `${NS_ADMIN}#reenable-user`),
  (world) => command(world, `${NS_ADMIN}#end-user-session`),
  (world) => command(world, `${NS_ADMIN}#edit-admin`),
  (world) => command(world, `${NS_ADMIN}#delete-user`),
]

/** Begins a command, goes on with one that anybody has begun, or gives it up. */
function command(world: World, name: string): string {
  const { roll, seen } = world
  const session = pick(roll, ['', ...seen.sessions])
  const attrs =
    session === ''
      ? ''
      : ` sessionid='${session}' action='${pick(roll, ['complete', 'execute', 'cancel'])}'`
  const people = pick(roll, [['u2'], ['u3'], ['u2', 'u3']]).map(bare)
  const inside =
    session === ''
      ? ''
      : form(
          NS_ADMIN,
          field('accountjids', ...people),
          field('adminjids', bare('u0'), ...people),
          field('announcement', world.word()),
          field('motd', world.word()),
        )
  return iq(
    'set',
    domain,
    `<command xmlns='http://jabber.org/protocol/commands' node='${name}'${attrs}>${inside}</command>`,
  )
}

const kinds: readonly (readonly Act[])[] = [
  inRooms,
  inRooms,
  inRooms,
  atNodes,
  atNodes,
  betweenPeople,
  commands,
]

/** Kinds of acts. */
export const kindsMax: number = kinds.length

/** One act. @param kind of which the acts of one moment are, so that they meet */
export function anAct(world: World, kind: number): string {
  return pick(world.roll, kinds[kind] ?? inRooms)(world)
}
