// Requests that the server knows, each with all its fields, for the table of bad input.
import { NS, NS_FORMS, NS_INFO, NS_ITEMS, NS_OWNER } from './pubsub-words.ts'

export type Known = {
  readonly name: string
  readonly type: 'get' | 'set'
  /** Null: the own account. */
  readonly to: string | null
  /** What is done before, in lines of a script. */
  readonly before?: string
  readonly payload: string
}

const muc = 'http://jabber.org/protocol/muc'

function form(type: string, ...fields: readonly (readonly [string, string])[]): string {
  const inside = fields.map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  )
  return `<x xmlns='${NS_FORMS}' type='submit'><field var='FORM_TYPE' type='hidden'><value>${type}</value></field>${inside.join('')}</x>`
}

const node = `ann does: <pubsub xmlns='${NS}'><create node='n'/></pubsub>
  ann does: <pubsub xmlns='${NS}'><publish node='n'><item id='i'><x xmlns='urn:x'>1</x></item></publish></pubsub>`
const room = 'ann makes {room} as ann'

function pubsub(inside: string): string {
  return `<pubsub xmlns='${NS}'>${inside}</pubsub>`
}

function owner(inside: string): string {
  return `<pubsub xmlns='${NS_OWNER}'>${inside}</pubsub>`
}

export const knownRequests: readonly Known[] = [
  {
    name: 'disco info of the server',
    type: 'get',
    to: '{domain}',
    payload: `<query xmlns='${NS_INFO}'/>`,
  },
  {
    name: 'disco info of a node',
    type: 'get',
    to: '{ann}',
    before: node,
    payload: `<query xmlns='${NS_INFO}' node='n'/>`,
  },
  {
    name: 'disco items of a node',
    type: 'get',
    to: '{ann}',
    before: node,
    payload: `<query xmlns='${NS_ITEMS}' node='n'/>`,
  },
  { name: 'ping', type: 'get', to: '{domain}', payload: `<ping xmlns='urn:xmpp:ping'/>` },
  { name: 'time', type: 'get', to: '{domain}', payload: `<time xmlns='urn:xmpp:time'/>` },
  { name: 'version', type: 'get', to: '{domain}', payload: `<query xmlns='jabber:iq:version'/>` },
  {
    name: 'last activity',
    type: 'get',
    to: '{domain}',
    payload: `<query xmlns='jabber:iq:last'/>`,
  },
  { name: 'roster', type: 'get', to: null, payload: `<query xmlns='jabber:iq:roster' ver='1'/>` },
  {
    name: 'roster item',
    type: 'set',
    to: null,
    payload: `<query xmlns='jabber:iq:roster'><item jid='x@example.org' name='X'><group>Friends</group></item></query>`,
  },
  {
    name: 'roster removal',
    type: 'set',
    to: null,
    before: `ann does: <query xmlns='jabber:iq:roster'><item jid='x@example.org'/></query>`,
    payload: `<query xmlns='jabber:iq:roster'><item jid='x@example.org' subscription='remove'/></query>`,
  },
  {
    name: 'block',
    type: 'set',
    to: null,
    payload: `<block xmlns='urn:xmpp:blocking'><item jid='x@example.org'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><text>hm</text><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='1'/></report></item></block>`,
  },
  {
    name: 'unblock',
    type: 'set',
    to: null,
    payload: `<unblock xmlns='urn:xmpp:blocking'><item jid='x@example.org'/></unblock>`,
  },
  {
    name: 'card',
    type: 'set',
    to: null,
    payload: `<vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>AAAA</BINVAL></PHOTO></vCard>`,
  },
  {
    name: 'private XML',
    type: 'set',
    to: null,
    payload: `<query xmlns='jabber:iq:private'><x xmlns='urn:x'>1</x></query>`,
  },
  {
    name: 'private XML asked',
    type: 'get',
    to: null,
    payload: `<query xmlns='jabber:iq:private'><x xmlns='urn:x'/></query>`,
  },
  {
    name: 'old bookmarks',
    type: 'set',
    to: null,
    payload: `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='a@b.example' name='A' autojoin='true'><nick>ann</nick></conference></storage></query>`,
  },
  {
    name: 'relays',
    type: 'get',
    to: '{domain}',
    payload: `<services xmlns='urn:xmpp:extdisco:2' type='turn'/>`,
  },
  {
    name: 'credentials',
    type: 'get',
    to: '{domain}',
    payload: `<credentials xmlns='urn:xmpp:extdisco:2'><service type='turn' host='turn.example' port='3478'/></credentials>`,
  },
  { name: 'carbons', type: 'set', to: null, payload: `<enable xmlns='urn:xmpp:carbons:2'/>` },
  {
    name: 'archive',
    type: 'set',
    to: null,
    payload: `<query xmlns='urn:xmpp:mam:2' queryid='q'>${form('urn:xmpp:mam:2', ['with', 'x@example.org'], ['start', '2010-06-07T00:00:00Z'])}<set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>`,
  },
  {
    name: 'archive preferences',
    type: 'set',
    to: null,
    payload: `<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never/></prefs>`,
  },
  { name: 'clients', type: 'get', to: null, payload: `<list xmlns='urn:xmpp:cam:0'/>` },
  {
    name: 'slot',
    type: 'get',
    to: 'upload.{domain}',
    payload: `<request xmlns='urn:xmpp:http:upload:0' filename='a.bin' size='5' content-type='text/plain'><message xmlns='urn:xmpp:http:upload:purpose:0'/></request>`,
  },
  {
    name: 'publish',
    type: 'set',
    to: null,
    payload: pubsub(
      `<publish node='n'><item id='i'><x xmlns='urn:x'>1</x></item></publish><publish-options>${form(`${NS}#publish-options`, ['pubsub#access_model', 'presence'])}</publish-options>`,
    ),
  },
  {
    name: 'retract',
    type: 'set',
    to: null,
    before: node,
    payload: pubsub(`<retract node='n' notify='1'><item id='other'/></retract>`),
  },
  {
    name: 'create',
    type: 'set',
    to: null,
    payload: pubsub(`<create node='n'/>`),
  },
  {
    name: 'create with settings',
    type: 'set',
    to: null,
    payload: pubsub(
      `<create/><configure>${form(`${NS}#node_config`, ['pubsub#max_items', '3'])}</configure>`,
    ),
  },
  {
    name: 'subscribe',
    type: 'set',
    to: null,
    before: node,
    payload: pubsub(`<subscribe node='n' jid='{ann}'/>`),
  },
  {
    name: 'unsubscribe',
    type: 'set',
    to: null,
    before: node,
    payload: pubsub(`<unsubscribe node='n' jid='{ann}' subid='s'/>`),
  },
  {
    name: 'items',
    type: 'get',
    to: null,
    before: node,
    payload: pubsub(
      `<items node='n' max_items='2'><item id='i'/></items><set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>i</after></set>`,
    ),
  },
  {
    name: 'a page of items',
    type: 'get',
    to: null,
    before: node,
    payload: pubsub(
      `<items node='n'/><set xmlns='http://jabber.org/protocol/rsm'><max>2</max><before>i</before><index>0</index></set>`,
    ),
  },
  {
    name: 'subscriptions',
    type: 'get',
    to: null,
    before: node,
    payload: pubsub(`<subscriptions node='n'/>`),
  },
  {
    name: 'affiliations',
    type: 'get',
    to: null,
    before: node,
    payload: pubsub(`<affiliations node='n'/>`),
  },
  {
    name: 'settings asked',
    type: 'get',
    to: null,
    before: node,
    payload: owner(`<configure node='n'/>`),
  },
  {
    name: 'settings',
    type: 'set',
    to: null,
    before: node,
    payload: owner(
      `<configure node='n'>${form(`${NS}#node_config`, ['pubsub#title', 'T'], ['pubsub#max_items', '3'], ['pubsub#persist_items', '1'])}</configure>`,
    ),
  },
  { name: 'purge', type: 'set', to: null, before: node, payload: owner(`<purge node='n'/>`) },
  {
    name: 'delete',
    type: 'set',
    to: null,
    before: node,
    payload: owner(`<delete node='other'><redirect uri='xmpp:x'/></delete>`),
  },
  {
    name: 'subscribers',
    type: 'set',
    to: null,
    before: node,
    payload: owner(
      `<subscriptions node='n'><subscription jid='{bo}' subscription='none'/></subscriptions>`,
    ),
  },
  {
    name: 'affiliated',
    type: 'set',
    to: null,
    before: node,
    payload: owner(
      `<affiliations node='n'><affiliation jid='{bo}' affiliation='none'/></affiliations>`,
    ),
  },
  {
    name: 'affiliations of a room',
    type: 'set',
    to: '{room}',
    before: room,
    payload: `<query xmlns='${muc}#admin'><item jid='{bo}' affiliation='member' nick='bo'><reason>why</reason></item></query>`,
  },
  {
    name: 'role in a room',
    type: 'set',
    to: '{room}',
    before: room,
    payload: `<query xmlns='${muc}#admin'><item nick='ann' role='moderator'/></query>`,
  },
  {
    name: 'members of a room',
    type: 'get',
    to: '{room}',
    before: room,
    payload: `<query xmlns='${muc}#admin'><item affiliation='member'/></query>`,
  },
  {
    name: 'settings of a room',
    type: 'set',
    to: '{room}',
    before: room,
    payload: `<query xmlns='${muc}#owner'>${form(`${muc}#roomconfig`, ['muc#roomconfig_roomname', 'R'], ['muc#roomconfig_membersonly', '0'])}</query>`,
  },
  {
    name: 'archive of a room',
    type: 'set',
    to: '{room}',
    before: room,
    payload: `<query xmlns='urn:xmpp:mam:2' queryid='q'>${form('urn:xmpp:mam:2', ['start', '2010-06-07T00:00:00Z'])}</query>`,
  },
  {
    name: 'moderation',
    type: 'set',
    to: '{room}',
    before: room,
    payload: `<moderate xmlns='urn:xmpp:message-moderate:1' id='1'><retract xmlns='urn:xmpp:message-retract:1'/><reason>why</reason></moderate>`,
  },
  {
    name: 'rooms',
    type: 'get',
    to: '{rooms}',
    payload: `<query xmlns='${NS_ITEMS}'><set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>`,
  },
  {
    name: 'password',
    type: 'set',
    to: '{domain}',
    payload: `<query xmlns='jabber:iq:register'><username>{ann.local}</username><password>pw</password></query>`,
  },
]
