// RFC 6121 section 8.5, messages: every type, to a bare address and to a full one, with nobody, one, many and only negative ones there.
import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

const types = ['normal', 'chat', 'groupchat', 'headline', 'error'] as const
type Type = (typeof types)[number]
/** What becomes of it: all non-negative ones have it, one device has it, it waits, the sender is told, nothing. */
type Fate = 'all' | 'one' | 'waits' | 'error' | 'ignored'

/** Who of bo's is there. */
const there = {
  nobody: '',
  'somebody connected': 'bo/mute connected',
  'a negative one': 'bo/phone -1',
  one: 'bo/desk',
  many: 'bo/desk, bo/pad 5, bo/phone -1, bo/mute connected',
} as const

type Row = {
  readonly at: string
  readonly who: keyof typeof there
  readonly to: string
  readonly fates: Fates
}

type Fates = Readonly<Record<Type, Fate>>

/** In the order of the types. */
const fates = (
  ...[normal, chat, groupchat, headline, wrong]: readonly [Fate, Fate, Fate, Fate, Fate]
): Fates => ({
  normal,
  chat,
  groupchat,
  headline,
  error: wrong,
})

const bare = '{bo}'
const gone = '{bo}/gone'
const none = fates('waits', 'waits', 'error', 'ignored', 'ignored')
const named = fates('one', 'one', 'one', 'one', 'one')
const rows: readonly Row[] = [
  { at: '8.5.2.2.1', who: 'nobody', to: bare, fates: none },
  { at: '8.5.2.2.1', who: 'somebody connected', to: bare, fates: none },
  { at: '8.5.2.1.1', who: 'a negative one', to: bare, fates: none },
  { at: '8.5.2.1.1', who: 'one', to: bare, fates: fates('all', 'all', 'error', 'all', 'ignored') },
  { at: '8.5.2.1.1', who: 'many', to: bare, fates: fates('all', 'all', 'error', 'all', 'ignored') },
  { at: '8.5.3.1', who: 'one', to: '{bo/desk}', fates: named },
  { at: '8.5.3.1', who: 'many', to: '{bo/pad}', fates: named },
  { at: '8.5.3.1', who: 'many', to: '{bo/phone}', fates: named },
  { at: '8.5.3.1', who: 'many', to: '{bo/mute}', fates: named },
  { at: '8.5.3.1', who: 'a negative one', to: '{bo/phone}', fates: named },
  { at: '8.5.3.1', who: 'somebody connected', to: '{bo/mute}', fates: named },
  {
    at: '8.5.3.2.1',
    who: 'nobody',
    to: gone,
    fates: fates('error', 'waits', 'error', 'error', 'ignored'),
  },
  {
    at: '8.5.3.2.1',
    who: 'somebody connected',
    to: gone,
    fates: fates('error', 'waits', 'error', 'error', 'ignored'),
  },
  {
    at: '8.5.3.2.1',
    who: 'a negative one',
    to: gone,
    fates: fates('error', 'waits', 'error', 'error', 'ignored'),
  },
  {
    at: '8.5.3.2.1',
    who: 'one',
    to: gone,
    fates: fates('error', 'all', 'error', 'error', 'ignored'),
  },
  {
    at: '8.5.3.2.1',
    who: 'many',
    to: gone,
    fates: fates('error', 'all', 'error', 'error', 'ignored'),
  },
]

const toTheResource = `For a message stanza, the server MUST deliver the stanza to the resource.`
const sentences: Readonly<Record<string, Readonly<Record<Type, string>>>> = {
  '8.5.2.1.1': {
    normal: `If there is more than one resource with a non-negative presence priority then the server MUST either (a) deliver the message to the "most available" resource or resources […] or (b) deliver the message to all of the non-negative resources.`,
    chat: `If there is more than one resource with a non-negative presence priority then the server MUST either (a) deliver the message to the "most available" resource or resources […] or (b) deliver the message to all of the non-negative resources that have opted in to receive chat messages.`,
    groupchat: `For a message stanza of type "groupchat", the server MUST NOT deliver the stanza to any of the available resources but instead MUST return a stanza error to the sender, which SHOULD be <service-unavailable/>.`,
    headline: `If the only available resource has a negative presence priority then the server MUST silently ignore the stanza. […] If there is more than one resource with a non-negative presence priority then the server MUST deliver the message to all of the non-negative resources.`,
    error: `For a message stanza of type "error", the server MUST silently ignore the message.`,
  },
  '8.5.2.2.1': {
    normal: `For a message stanza of type "normal" or "chat", the server SHOULD either (a) add the message to offline storage or (b) return a stanza error to the sender, which SHOULD be <service-unavailable/>.`,
    chat: `For a message stanza of type "normal" or "chat", the server SHOULD either (a) add the message to offline storage or (b) return a stanza error to the sender, which SHOULD be <service-unavailable/>.`,
    groupchat: `For a message stanza of type "groupchat", the server MUST return an error to the sender, which SHOULD be <service-unavailable/>.`,
    headline: `For a message stanza of type "headline" or "error", the server MUST silently ignore the message.`,
    error: `For a message stanza of type "headline" or "error", the server MUST silently ignore the message.`,
  },
  '8.5.3.1': {
    normal: toTheResource,
    chat: toTheResource,
    groupchat: toTheResource,
    headline: toTheResource,
    error: toTheResource,
  },
  '8.5.3.2.1': {
    normal: `For a message stanza of type "normal", "groupchat", or "headline", the server MUST either (a) silently ignore the stanza or (b) return an error stanza to the sender, which SHOULD be <service-unavailable/>.`,
    chat: `For a message stanza of type "chat": […] if there is at least one available resource […] treat the message as if it were addressed to <localpart@domainpart>`,
    groupchat: `For a message stanza of type "normal", "groupchat", or "headline", the server MUST either (a) silently ignore the stanza or (b) return an error stanza to the sender, which SHOULD be <service-unavailable/>.`,
    headline: `For a message stanza of type "normal", "groupchat", or "headline", the server MUST either (a) silently ignore the stanza or (b) return an error stanza to the sender, which SHOULD be <service-unavailable/>.`,
    error: `For a message stanza of type "error", the server MUST silently ignore the stanza.`,
  },
}

const takers: Readonly<Record<keyof typeof there, readonly string[]>> = {
  nobody: [],
  'somebody connected': [],
  'a negative one': [],
  one: ['bo/desk'],
  many: ['bo/desk', 'bo/pad'],
}

function caseOf({ at, who, to, fates: all }: Row, type: Type): Case {
  const fate = all[type]
  const present = there[who]
  const devices =
    present === '' ? [] : present.split(', ').map((device) => device.split(' ')[0] ?? '')
  const device = to.slice(1, -1)
  const targets = fate === 'all' ? takers[who] : fate === 'one' ? [device] : []
  const inside = type === 'error' ? error('item-not-found') : '<body>hi</body>'
  const how = type === 'normal' ? '' : ` type='${type}'`
  const seen = `<message from='{ann/desk}' to='${to}' id='m1'${type === 'normal' ? '' : how}>${inside}</message>`
  const told = `<message type='error' from='${to}' id='m1' to='{ann/desk}'>${error('service-unavailable', 'cancel')}</message>`
  return {
    at,
    says: sentences[at]?.[type] ?? '',
    that: `${type} to ${to}, ${who} there: ${fate}`,
    script: `
      ${present === '' ? `account: bo\nthere: ann` : `there: ann, ${present}`}
      ann > <message to='${to}' id='m1'${how}>${inside}</message>
      ${targets.map((one) => `${one} < ${seen}`).join('\n')}
      ann ${fate === 'error' ? '<' : '!<'} ${fate === 'error' ? told : '<message/>'}
      ${devices.map((one) => `${one} !< <message/>`).join('\n')}
      bo/late arrives
      ${fate === 'waits' ? `bo/late < <message from='{ann/desk}' to='${to}' id='m1'>${inside}<delay xmlns='urn:xmpp:delay' stamp='{any}'/></message>` : ''}
      bo/late !< <message/>
    `,
  }
}

conform(
  'RFC 6121',
  'server rules for messages to an account',
  rows.flatMap((row) => types.map((type) => caseOf(row, type))),
)

conform('RFC 6121', 'server rules for messages besides', [
  {
    at: '8.5.2.1.1',
    says: `In all cases, the server MUST NOT rewrite the 'to' attribute (i.e., it MUST leave it as <localpart@domainpart> rather than change it to <localpart@domainpart/resourcepart>).`,
    script: `
      there: ann, bo
      ann > <message to='{bo}'><body>hi</body></message>
      bo < <message to='{bo}'/>
    `,
  },
  {
    at: '8.1.1.1',
    says: `If the server receives a message stanza with no 'to' attribute, it MUST treat the message as if the 'to' address were the bare JID <localpart@domainpart> of the sending entity.`,
    script: `
      there: ann, ann/pad, ann/phone -1
      ann > <message type='chat' id='m1'><body>note</body></message>
      ann < <message from='{ann/desk}' id='m1'><body>note</body></message>
      ann/pad < <message from='{ann/desk}' id='m1'><body>note</body></message>
      ann/phone !< <message/>
    `,
  },
  {
    at: '8.2',
    says: `If the domainpart of the JID contained in the 'to' attribute does not match one of the configured domains of the server, then the server SHOULD attempt to route the stanza to the remote domain […]`,
    that: 'where there is none, it says so',
    script: `
      there: ann
      ann > <message to='bo@nowhere.example' id='m1'><body>hi</body></message>
      ann < <message type='error' from='bo@nowhere.example' id='m1'>${error('remote-server-not-found', 'cancel')}</message>
      ann > <iq type='get' to='nowhere.example' id='q1'><ping xmlns='urn:xmpp:ping'/></iq>
      ann < <iq type='error' from='nowhere.example' id='q1'>${error('remote-server-not-found', 'cancel')}</iq>
    `,
  },
  {
    at: '8.3',
    says: `[…] the server MUST either handle the stanza itself or […]`,
    that: 'a message to the server is no matter of anybody',
    script: `
      there: ann
      ann > <message to='{domain}' id='m1'><body>hi</body></message>
      ann < <message type='error' from='{domain}' id='m1'>${error('service-unavailable')}</message>
    `,
  },
])

/** An error, and what would come to nothing where there is an account and nobody at it (section 8.5.2.2.1). */
function isIgnored(type: string, to: string): boolean {
  return type === 'error' || (type === 'headline' && !to.includes('/'))
}

/** A message to one whom nobody knows: by type, and whether the sender is told. */
const unknown = types.flatMap((type) =>
  ['nobody@{domain}', 'nobody@{domain}/desk'].map((to): Case => ({
    at: '8.5.1',
    says: `For a message stanza, the server MUST either (a) silently ignore the message or (b) return a <service-unavailable/> stanza error to the sender.`,
    that: `${type} to ${to}`,
    script: `
      there: ann
      ann > <message to='${to}' type='${type}' id='m1'>${type === 'error' ? error('gone') : '<body>hi</body>'}</message>
      ${isIgnored(type, to) ? '' : `ann < <message type='error' from='${to}' id='m1'>${error('service-unavailable', 'cancel')}</message>`}
      ann !< <message/>
    `,
  })),
)

conform('RFC 6121', 'messages to no such user', unknown)
