// RFC 6121 Appendix A, row by row: ann is here, bo at another domain, so that each of them can say what the other does not expect.
import { type Case, conform } from './conform.ts'

type State =
  | 'None'
  | 'None + Pending Out'
  | 'None + Pending In'
  | 'None + Pending Out+In'
  | 'To'
  | 'To + Pending In'
  | 'From'
  | 'From + Pending Out'
  | 'Both'
type Stanza = 'subscribe' | 'unsubscribe' | 'subscribed' | 'unsubscribed'
type Row = readonly [from: State, passes: 'MUST' | 'MUST NOT', to: State]
type Table = readonly [Stanza, readonly Row[]]

const annAsks = `ann > <presence type='subscribe' to='{bo}'/>`
const boAsks = `bo > <presence type='subscribe' to='{ann}'/>`
const annGrants = `ann > <presence type='subscribed' to='{bo}'/>`
const boGrants = `bo > <presence type='subscribed' to='{ann}'/>`

/** What leads there. One after the other has its effect. */
const ways: Readonly<Record<State, readonly string[]>> = {
  None: [],
  'None + Pending Out': [annAsks],
  'None + Pending In': [boAsks],
  'None + Pending Out+In': [annAsks, boAsks],
  To: [annAsks, boGrants],
  'To + Pending In': [annAsks, boGrants, boAsks],
  From: [boAsks, annGrants],
  'From + Pending Out': [boAsks, annGrants, annAsks],
  Both: [boAsks, annGrants, annAsks, boGrants],
}

/** As its item says it; and whether a request waits, which the roster does not show. */
const shown: Readonly<Record<State, readonly [subscription: string, ask: string, waits: boolean]>> =
  {
    None: ['none', '{none}', false],
    'None + Pending Out': ['none', 'subscribe', false],
    'None + Pending In': ['none', '{none}', true],
    'None + Pending Out+In': ['none', 'subscribe', true],
    To: ['to', '{none}', false],
    'To + Pending In': ['to', '{none}', true],
    From: ['from', '{none}', false],
    'From + Pending Out': ['from', 'subscribe', false],
    Both: ['both', '{none}', false],
  }

const outbound: readonly Table[] = [
  [
    'subscribe',
    [
      ['None', 'MUST', 'None + Pending Out'],
      ['None + Pending Out', 'MUST', 'None + Pending Out'],
      ['None + Pending In', 'MUST', 'None + Pending Out+In'],
      ['None + Pending Out+In', 'MUST', 'None + Pending Out+In'],
      ['To', 'MUST', 'To'],
      ['To + Pending In', 'MUST', 'To + Pending In'],
      ['From', 'MUST', 'From + Pending Out'],
      ['From + Pending Out', 'MUST', 'From + Pending Out'],
      ['Both', 'MUST', 'Both'],
    ],
  ],
  [
    'unsubscribe',
    [
      ['None', 'MUST', 'None'],
      ['None + Pending Out', 'MUST', 'None'],
      ['None + Pending In', 'MUST', 'None + Pending In'],
      ['None + Pending Out+In', 'MUST', 'None + Pending In'],
      ['To', 'MUST', 'None'],
      ['To + Pending In', 'MUST', 'None + Pending In'],
      ['From', 'MUST', 'From'],
      ['From + Pending Out', 'MUST', 'From'],
      ['Both', 'MUST', 'From'],
    ],
  ],
  [
    'subscribed',
    [
      ['None', 'MUST NOT', 'None'],
      ['None + Pending Out', 'MUST NOT', 'None + Pending Out'],
      ['None + Pending In', 'MUST', 'From'],
      ['None + Pending Out+In', 'MUST', 'From + Pending Out'],
      ['To', 'MUST NOT', 'To'],
      ['To + Pending In', 'MUST', 'Both'],
      ['From', 'MUST NOT', 'From'],
      ['From + Pending Out', 'MUST NOT', 'From + Pending Out'],
      ['Both', 'MUST NOT', 'Both'],
    ],
  ],
  [
    'unsubscribed',
    [
      ['None', 'MUST NOT', 'None'],
      ['None + Pending Out', 'MUST NOT', 'None + Pending Out'],
      ['None + Pending In', 'MUST', 'None'],
      ['None + Pending Out+In', 'MUST', 'None + Pending Out'],
      ['To', 'MUST NOT', 'To'],
      ['To + Pending In', 'MUST', 'To'],
      ['From', 'MUST', 'None'],
      ['From + Pending Out', 'MUST', 'None + Pending Out'],
      ['Both', 'MUST', 'To'],
    ],
  ],
]

const inbound: readonly Table[] = [
  [
    'subscribe',
    [
      ['None', 'MUST', 'None + Pending In'],
      ['None + Pending Out', 'MUST', 'None + Pending Out+In'],
      ['None + Pending In', 'MUST NOT', 'None + Pending In'],
      ['None + Pending Out+In', 'MUST NOT', 'None + Pending Out+In'],
      ['To', 'MUST', 'To + Pending In'],
      ['To + Pending In', 'MUST NOT', 'To + Pending In'],
      ['From', 'MUST NOT', 'From'],
      ['From + Pending Out', 'MUST NOT', 'From + Pending Out'],
      ['Both', 'MUST NOT', 'Both'],
    ],
  ],
  [
    'unsubscribe',
    [
      ['None', 'MUST NOT', 'None'],
      ['None + Pending Out', 'MUST NOT', 'None + Pending Out'],
      ['None + Pending In', 'MUST', 'None'],
      ['None + Pending Out+In', 'MUST', 'None + Pending Out'],
      ['To', 'MUST NOT', 'To'],
      ['To + Pending In', 'MUST', 'To'],
      ['From', 'MUST', 'None'],
      ['From + Pending Out', 'MUST', 'None + Pending Out'],
      ['Both', 'MUST', 'To'],
    ],
  ],
  [
    'subscribed',
    [
      ['None', 'MUST NOT', 'None'],
      ['None + Pending Out', 'MUST', 'To'],
      ['None + Pending In', 'MUST NOT', 'None + Pending In'],
      ['None + Pending Out+In', 'MUST', 'To + Pending In'],
      ['To', 'MUST NOT', 'To'],
      ['To + Pending In', 'MUST NOT', 'To + Pending In'],
      ['From', 'MUST NOT', 'From'],
      ['From + Pending Out', 'MUST', 'Both'],
      ['Both', 'MUST NOT', 'Both'],
    ],
  ],
  [
    'unsubscribed',
    [
      ['None', 'MUST NOT', 'None'],
      ['None + Pending Out', 'MUST', 'None'],
      ['None + Pending In', 'MUST NOT', 'None + Pending In'],
      ['None + Pending Out+In', 'MUST', 'None + Pending In'],
      ['To', 'MUST', 'None'],
      ['To + Pending In', 'MUST', 'None + Pending In'],
      ['From', 'MUST NOT', 'From'],
      ['From + Pending Out', 'MUST', 'From'],
      ['Both', 'MUST', 'From'],
    ],
  ],
]

const list = `<query xmlns='jabber:iq:roster'`

function begin(state: State): string {
  return `
    outsider: bo
    there: ann
    ann > <iq type='get' id='r0'>${list}/></iq>
    ann > <iq type='set' id='r1'>${list}><item jid='{bo}'/></query></iq>
    ${ways[state].map((line) => `${line}\nall is read`).join('\n')}
    all is read
  `
}

/** The state as the roster, and a device that comes later, tell it. A request is shown to that one. */
function isIn(state: State): string {
  const [subscription, ask, waits] = shown[state]
  return `
    ann > <iq type='get' id='r2'>${list}/></iq>
    ann < <iq type='result' id='r2'>${list}><item jid='{bo}' subscription='${subscription}' ask='${ask}'/></query></iq>
    ann/late arrives
    ann/late ${waits ? '<' : '!<'} <presence type='subscribe' from='{bo}' to='{ann}'/>
  `
}

function pushes([from, , to]: Row, stanza: Stanza, isOut: boolean): string {
  const [subscription, ask] = shown[to]
  const isSeen = shown[from].slice(0, 2).join() !== shown[to].slice(0, 2).join()
  const push = `<iq type='set'>${list}><item jid='{bo}' subscription='${subscription}' ask='${ask}'/></query></iq>`
  if (isSeen) return `ann < ${push}`
  // Without a request it is an approval for the next one, section 3.4.
  const isApproval = isOut && stanza === 'subscribed' && (to.startsWith('None') || to === 'To')
  return isApproval ? '' : `ann !< <iq type='set'/>`
}

const outCases = outbound.flatMap(([stanza, rows], table) =>
  rows.map((row): Case => {
    const [from, passes, to] = row
    return {
      at: `A.2.${table + 1}`,
      says: `outbound "${stanza}" in "${from}": route ${passes}, new state "${to}"`,
      script: `
          ${begin(from)}
          ann > <presence type='${stanza}' to='{bo}'/>
          bo ${passes === 'MUST' ? '<' : '!<'} <presence type='${stanza}' from='{ann}' to='{bo}'/>
          ${pushes(row, stanza, true)}
          ${isIn(to)}
        `,
    }
  }),
)

const inCases = inbound.flatMap(([stanza, rows], table) =>
  rows.map((row): Case => {
    const [from, passes, to] = row
    const isKnown = stanza === 'subscribe' && (from.startsWith('From') || from === 'Both')
    return {
      at: `A.3.${table + 1}`,
      says: `inbound "${stanza}" in "${from}": deliver ${passes}, new state "${to}"`,
      script: `
          ${begin(from)}
          bo > <presence type='${stanza}' to='{ann}'/>
          ${isKnown ? `bo < <presence type='subscribed' from='{ann}' to='{bo}'/>` : ''}
          ann ${passes === 'MUST' ? '<' : '!<'} <presence type='${stanza}' from='{bo}' to='{ann}'/>
          ${pushes(row, stanza, false)}
          ${isIn(to)}
        `,
    }
  }),
)

conform('RFC 6121', 'server processing of outbound presence subscription stanzas', outCases)
conform('RFC 6121', 'server processing of inbound presence subscription stanzas', inCases)
