// The table of what need not be on record (DESIGN.md §3). It is short on purpose: what is missing is recorded.
//
// `relayed` is what one person's client sends to another's. Nothing in it has room for a sentence: no text but from a
// fixed pattern, no attribute with a space in it, no element that is not named here. `server` is what the server says
// itself; it never carries what a person said to another, for which there is `Recorded.envelope()`. `own` is what an account tells the
// devices of its own person and nobody else: what he has stored for himself.

import { anyOf, each, own, type Shape } from './shapes.ts'

/** Kinds of stanza, each with the children that it may have. */
export type TransientTable = Readonly<Record<'message' | 'presence' | 'iq', readonly Shape[]>>

/** Ids, hashes, URIs: printable ASCII without spaces. */
export const token = /^[\x21-\x7e]{0,256}$/
/** People choose the names of their devices, and write to what devices they like: a name in words is recorded. */
export const address = /^[^\s/]{1,2047}(\/\S{1,128})?$/
const none = /^$/
const number = /^-?\d{1,10}$/
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
const zone = /^(Z|[+-]\d\d:\d\d)$/
const language = /^[A-Za-z0-9-]{0,35}$/

const stanzaErrors = 'urn:ietf:params:xml:ns:xmpp-stanzas'

/** RFC 6120 §8.3.3. Without `<text/>` and application conditions: those are for the record, or for the server to write. */
const bareError: Shape = {
  name: 'error',
  ns: 'jabber:client',
  attrs: { type: /^(auth|cancel|continue|modify|wait)$/, code: /^\d{3}$/ },
  children: [
    'bad-request conflict feature-not-implemented forbidden gone internal-server-error',
    'item-not-found jid-malformed not-acceptable not-allowed not-authorized policy-violation',
    'recipient-unavailable redirect registration-required remote-server-not-found',
    'remote-server-timeout resource-constraint service-unavailable subscription-required',
    'undefined-condition unexpected-request',
  ].flatMap((names) => names.split(' ').map((name) => ({ name, ns: stanzaErrors }))),
}

/** XEP-0203. Who delayed it is anything that a client likes to say. */
const delay: Shape = { name: 'delay', ns: 'urn:xmpp:delay', attrs: { stamp: dateTime } }

const inMessages: readonly Shape[] = [
  bareError,
  delay,
  // XEP-0085, and the thread that its §5.3 lets go with it.
  ...each('active composing paused inactive gone', 'http://jabber.org/protocol/chatstates'),
  { name: 'thread', ns: 'jabber:client', attrs: { parent: token }, text: token },
  // XEP-0184 and XEP-0333. What asks for a receipt goes with a message, or says nothing.
  ...each('request', 'urn:xmpp:receipts'),
  ...each('received', 'urn:xmpp:receipts', { id: token }),
  ...each('markable', 'urn:xmpp:chat-markers:0'),
  ...each('received displayed acknowledged', 'urn:xmpp:chat-markers:0', { id: token }),
  // XEP-0334, XEP-0280, XEP-0359.
  ...each('no-copy no-permanent-store no-store store', 'urn:xmpp:hints'),
  ...each('private', 'urn:xmpp:carbons:2'),
  ...each('origin-id', 'urn:xmpp:sid:0', { id: token }),
]

const muc = 'http://jabber.org/protocol/muc'

/** No `<status/>` but an empty one, and no nickname: those are words, and on record. */
const inPresence: readonly Shape[] = [
  bareError,
  delay,
  { name: 'show', ns: 'jabber:client', text: /^(away|chat|dnd|xa)$/ },
  { name: 'priority', ns: 'jabber:client', text: /^\s*[+-]?\d{1,3}\s*$/ },
  { name: 'status', ns: 'jabber:client', attrs: { 'xml:lang': language }, text: none },
  // XEP-0115, XEP-0390, XEP-0153 (the hash of a picture), XEP-0319.
  {
    name: 'c',
    ns: 'http://jabber.org/protocol/caps',
    attrs: { hash: token, node: token, ver: token },
  },
  {
    name: 'c',
    ns: 'urn:xmpp:caps',
    children: [
      {
        name: 'hash',
        ns: 'urn:xmpp:hashes:2',
        attrs: { algo: /^[a-z0-9-]{1,16}$/ },
        text: /^[A-Za-z0-9+/]{0,88}={0,2}$/,
        timesMax: 4,
      },
    ],
  },
  {
    name: 'x',
    ns: 'vcard-temp:x:update',
    children: [{ name: 'photo', ns: 'vcard-temp:x:update', text: /^[0-9a-f]{0,40}$/ }],
  },
  ...each('idle', 'urn:xmpp:idle:1', { since: dateTime }),
  // XEP-0045: joining without a password, and who is there. What has a reason has words.
  {
    name: 'x',
    ns: muc,
    children: each('history', muc, {
      maxchars: number,
      maxstanzas: number,
      seconds: number,
      since: dateTime,
    }),
  },
  {
    name: 'x',
    ns: `${muc}#user`,
    children: [
      ...each('item', `${muc}#user`, {
        affiliation: /^(admin|member|none|outcast|owner)$/,
        role: /^(moderator|none|participant|visitor)$/,
        jid: address,
        nick: token,
      }),
      { name: 'status', ns: `${muc}#user`, attrs: { code: /^\d{3}$/ }, timesMax: 8 },
    ],
  },
]

const versionNs = 'jabber:iq:version'
const discoInfo = 'http://jabber.org/protocol/disco#info'
const discoItems = 'http://jabber.org/protocol/disco#items'

/** Questions and answers of programs. An answer in words, such as a long client name, is recorded. */
const inRelayedIqs: readonly Shape[] = [
  bareError,
  ...each('ping', 'urn:xmpp:ping'),
  {
    name: 'query',
    ns: versionNs,
    children: ['name', 'version', 'os'].map((name) => ({ name, ns: versionNs, text: token })),
  },
  {
    name: 'time',
    ns: 'urn:xmpp:time',
    children: [
      { name: 'tzo', ns: 'urn:xmpp:time', text: zone },
      { name: 'utc', ns: 'urn:xmpp:time', text: dateTime },
    ],
  },
  { name: 'query', ns: 'jabber:iq:last', attrs: { seconds: number } },
  // Without answers: lists of features are as long as somebody likes, and features have any name.
  { name: 'query', ns: discoInfo, attrs: { node: token } },
  { name: 'query', ns: discoItems, attrs: { node: token } },
]

/** The table for what a person's client sent. */
export const relayed: TransientTable = {
  message: inMessages,
  presence: inPresence,
  iq: inRelayedIqs,
}

const serverError: Shape = {
  name: 'error',
  ns: 'jabber:client',
  attrs: anyOf('type by code'),
  children: 'any',
}

const occupant = each('occupant-id', 'urn:xmpp:occupant-id:0', anyOf('id'))

/** XEP-0425 §4: by whom. His reason has words, and is in the act that is on record. */
const moderated: Shape = {
  name: 'moderated',
  ns: 'urn:xmpp:message-moderate:1',
  attrs: anyOf('by'),
  children: occupant,
}

/** XEP-0424 §5 in XEP-0313: what is left of a retracted message. There is no room for a body. */
const tombstone: Shape = {
  name: 'result',
  ns: 'urn:xmpp:mam:2',
  attrs: anyOf('id queryid'),
  children: [
    {
      name: 'forwarded',
      ns: 'urn:xmpp:forward:0',
      children: [
        delay,
        {
          name: 'message',
          ns: 'jabber:client',
          attrs: anyOf('from to id type xml:lang'),
          children: [
            {
              name: 'retracted',
              ns: 'urn:xmpp:message-retract:1',
              attrs: anyOf('stamp id by'),
              children: [moderated],
            },
            { name: 'stanza-id', ns: 'urn:xmpp:sid:0', attrs: anyOf('id by') },
            { name: 'origin-id', ns: 'urn:xmpp:sid:0', attrs: anyOf('id') },
            ...occupant,
          ],
        },
      ],
    },
  ],
}

const mucUser = `${muc}#user`

/** XEP-0045 section 7: who is in a room, and what became of him. Without reasons: those are words, and on record. */
const inRoom: readonly Shape[] = [
  {
    name: 'x',
    ns: mucUser,
    children: [
      {
        name: 'item',
        ns: mucUser,
        attrs: anyOf('affiliation role jid nick'),
        children: each('actor', mucUser, anyOf('nick')),
      },
      { name: 'status', ns: mucUser, attrs: { code: /^\d{3}$/ }, timesMax: 8 },
      { name: 'destroy', ns: mucUser, attrs: anyOf('jid') },
    ],
  },
  ...occupant,
  // XEP-0317. A title has words, which are on record (`room.hats`) before anybody wears the hat.
  {
    name: 'hats',
    ns: 'urn:xmpp:hats:0',
    children: [{ name: 'hat', ns: 'urn:xmpp:hats:0', attrs: anyOf('title uri hue'), timesMax: 10 }],
  },
]

/** XEP-0045 section 7.2.15: there is no subject. Section 8.6: somebody asks for voice. Section 10.2.1: the room has other settings. */
const fromRoom: readonly Shape[] = [
  { name: 'subject', ns: 'jabber:client', text: none },
  { name: 'x', ns: 'jabber:x:data', attrs: anyOf('type'), children: 'any' },
  ...inRoom,
]

const pubsub = 'http://jabber.org/protocol/pubsub'
const pubsubOwner = 'http://jabber.org/protocol/pubsub#owner'
const pubsubEvent = 'http://jabber.org/protocol/pubsub#event'

const push = 'urn:xmpp:push:0'
const dataForms = 'jabber:x:data'

/** A form that says a few words of a machine: names, and values without spaces. */
function formOf(fields: RegExp, values: RegExp): Shape {
  const value: Shape = { name: 'value', ns: dataForms, text: values }
  const field: Shape = {
    name: 'field',
    ns: dataForms,
    attrs: { var: fields, type: /^hidden$/ },
    children: [value],
    timesMax: 9,
  }
  return { name: 'x', ns: dataForms, attrs: { type: /^(result|submit)$/ }, children: [field] }
}

/**
 * XEP-0357: that something waits, to whoever wakes the client. A count, and the keys that the client has given for it. No address, no
 * name, no word of a message has room in it.
 */
const notification: Shape = {
  name: 'notification',
  ns: push,
  children: [formOf(/^(FORM_TYPE|message-count)$/, /^(urn:xmpp:push:summary|\d{1,9})$/)],
}
const pushOptions: Shape = {
  name: 'publish-options',
  ns: pubsub,
  children: [formOf(/^[\x21-\x7e]{1,1024}$/, /^[\x21-\x7e]{1,1024}$/)],
}

/** XEP-0060: answers that name nodes, items and subscribers. No payload has room in them, nor has a form that an owner filled in. */
const inPubsubAnswers: readonly Shape[] = [
  ...each('create items', pubsub, anyOf('node')),
  {
    name: 'publish',
    ns: pubsub,
    attrs: anyOf('node'),
    children: [{ name: 'item', ns: pubsub, attrs: anyOf('id'), children: [notification] }],
  },
  pushOptions,
  ...each('subscription', pubsub, anyOf('node jid subid subscription')),
  ...['subscriptions', 'affiliations'].map((name) => ({
    name,
    ns: pubsub,
    attrs: anyOf('node'),
    children: ['subscription', 'affiliation'].map((one) => ({
      name: one,
      ns: pubsub,
      attrs: anyOf('node jid subid subscription affiliation'),
      timesMax: 100_000,
    })),
  })),
  // XEP-0059, on a page without items.
  {
    name: 'set',
    ns: 'http://jabber.org/protocol/rsm',
    children: [{ name: 'count', ns: 'http://jabber.org/protocol/rsm', text: number }],
  },
]

/** XEP-0060 sections 8.8.2.4 and 8.9.2.4: what an owner could not change, beside the error. */
const unchangedInPubsub: readonly Shape[] = ['subscription', 'affiliation'].map((one) => ({
  name: `${one}s`,
  ns: pubsubOwner,
  attrs: anyOf('node'),
  children: [
    {
      name: one,
      ns: pubsubOwner,
      attrs: anyOf('jid subid subscription affiliation'),
      timesMax: 100_000,
    },
  ],
}))

/** A notification without a payload (XEP-0060 sections 7.1.2.2 and 8.2.5.3). */
const bareEvent: Shape = {
  name: 'event',
  ns: pubsubEvent,
  children: [
    {
      name: 'items',
      ns: pubsubEvent,
      attrs: anyOf('node'),
      children: each('item', pubsubEvent, anyOf('id')),
    },
    ...each('configuration', pubsubEvent, anyOf('node')),
  ],
}

/**
 * The table for what the server says itself: answers and pushes about a person's own things (roster, block list,
 * archive pages less their messages), and its own identity.
 */
export const server: TransientTable = {
  message: [
    serverError,
    tombstone,
    ...fromRoom,
    bareEvent,
    // XEP-0356: what a component may do.
    { name: 'privilege', ns: 'urn:xmpp:privilege:2', children: 'any' },
  ],
  presence: [...inPresence, serverError, ...inRoom],
  iq: [
    serverError,
    ...own('bind', 'urn:ietf:params:xml:ns:xmpp-bind'),
    ...own('session', 'urn:ietf:params:xml:ns:xmpp-session'),
    ...own('query', `jabber:iq:roster ${discoInfo} ${discoItems} ${versionNs} jabber:iq:last`),
    ...own('time', 'urn:xmpp:time'),
    ...own('ping', 'urn:xmpp:ping'),
    ...own('block unblock blocklist', 'urn:xmpp:blocking'),
    // What a person's own clients say of themselves, to nobody but him.
    ...own('clients', 'urn:xmpp:cam:0'),
    ...own('fin query metadata prefs', 'urn:xmpp:mam:2'),
    ...own('query', `${muc}#admin ${muc}#owner`),
    ...own('moderate', 'urn:xmpp:message-moderate:1'),
    ...own('query', 'jabber:iq:register'),
    // XEP-0433: names and descriptions of rooms, which are on record as their settings.
    ...own('search result', 'urn:xmpp:channel-search:0:search'),
    ...own('services credentials', 'urn:xmpp:extdisco:2'),
    {
      name: 'command',
      ns: 'http://jabber.org/protocol/commands',
      attrs: anyOf('node sessionid status xml:lang'),
      children: 'any',
    },
    { name: 'pubsub', ns: pubsub, children: inPubsubAnswers },
    { name: 'pubsub', ns: pubsubOwner, children: unchangedInPubsub },
    ...own('slot', 'urn:xmpp:http:upload:0'),
  ],
}

/** The table for what an account tells its own person's devices: what he keeps for himself, and how his nodes are set up. */
export const account: TransientTable = {
  message: [...own('event', pubsubEvent), delay],
  presence: [],
  iq: [...own('pubsub', `${pubsub} ${pubsubOwner}`), ...own('query', 'jabber:iq:private')],
}
