import { field, fin, five, form, gets, mam, message, query, result, rsm } from './archives.ts'
import { type Case, conform } from './conform.ts'

/** Queries of those five: what is asked, which come, what the end says. */
const pages: readonly (readonly [
  at: string,
  says: string,
  that: string,
  asked: string,
  come: readonly number[],
  end: string,
])[] = [
  [
    '4.1',
    `If 'with' is omitted, the server MUST match all messages in the selected timespan with the query […]`,
    'all',
    '',
    [1, 2, 3, 4, 5],
    fin('', ` complete='true'`),
  ],
  [
    '4.3.1',
    `[…] server MUST support XEP-0059 and MUST support the paging mechanism defined therein.`,
    'the first page',
    rsm('<max>2</max>'),
    [1, 2],
    fin(rsm(`<first>{u1}</first><last>{u2}</last>`), ` complete='{none}'`),
  ],
  [
    '4.3.1',
    `[…] if a client were to request the first 10 stanzas in an archive, then use RSM to request the next 10 stanzas (by providing the 'after' element with the UID of the 10th stanza in the first results) all 20 result stanzas would be received in chronological order.`,
    'after',
    rsm('<max>2</max><after>{u2}</after>'),
    [3, 4],
    fin(rsm(`<first>{u3}</first><last>{u4}</last>`)),
  ],
  [
    '4.3.1',
    `[…] the server MUST include a 'complete' attribute on the <fin> element, with a value of 'true' […]`,
    'the last page',
    rsm('<max>2</max><after>{u4}</after>'),
    [5],
    fin(rsm(`<first>{u5}</first><last>{u5}</last>`), ` complete='true'`),
  ],
  [
    '4.3.1',
    `To request the page at the end of the archive (i.e. the most recent messages), include just an empty <before/> element in the RSM part of the query.`,
    'the page at the end',
    rsm('<max>2</max><before/>'),
    [4, 5],
    fin(rsm(`<first>{u4}</first><last>{u5}</last>`)),
  ],
  [
    '4.3.1',
    `There is no concept of an "open query", and servers MUST be prepared to receive arbitrary page requests at any time.`,
    'before',
    rsm('<max>2</max><before>{u4}</before>'),
    [2, 3],
    fin(rsm(`<first>{u2}</first><last>{u3}</last>`)),
  ],
  [
    '4.1.3',
    `[…] 'before-id' and 'after-id' […] the server MUST only return messages […] before/after […]`,
    'after-id',
    form(field('after-id', '{u3}')),
    [4, 5],
    fin('', ` complete='true'`),
  ],
  [
    '4.1.3',
    `[…] 'before-id' and 'after-id' […]`,
    'before-id',
    form(field('before-id', '{u3}')),
    [1, 2],
    fin(),
  ],
  [
    '4.1.3',
    `[…] 'before-id' and 'after-id' […]`,
    'both',
    form(field('after-id', '{u1}'), field('before-id', '{u4}')),
    [2, 3],
    fin(),
  ],
  [
    '4.1.4',
    `[…] 'ids' field […] the server MUST only return messages […] with […] IDs […]`,
    'ids',
    form(field('ids', '{u2}', '{u5}')),
    [2, 5],
    fin(),
  ],
  [
    '4.1.1',
    `If a 'with' field is present in the form, it contains a JID against which to match messages. The server MUST only return messages if they match the supplied JID.`,
    'with',
    form(field('with', '{bo}')),
    [1, 2, 3, 4, 5],
    fin(),
  ],
  [
    '4.1.1',
    `The server MUST only return messages if they match the supplied JID.`,
    'with a device',
    form(field('with', '{bo/desk}')),
    [1, 2, 3, 4, 5],
    fin(),
  ],
  [
    '4.1.1',
    `The server MUST only return messages if they match the supplied JID.`,
    'with another device',
    form(field('with', '{bo}/gone')),
    [],
    fin('', ` complete='true'`),
  ],
  [
    '4.1.1',
    `The server MUST only return messages if they match the supplied JID.`,
    'with nobody',
    form(field('with', 'nobody@{domain}')),
    [],
    fin('', ` complete='true'`),
  ],
  [
    '4.1.1',
    `[…] the client needs to set the 'with' attribute to the account JID. In that case, the server MUST only return results where both the 'to' and 'from' match the bare JID […].`,
    'oneself',
    form(field('with', '{ann}')),
    [],
    fin(),
  ],
  [
    '4.1.2',
    `If specified, a server MUST only return messages whose timestamp is equal to or later than the given timestamp.`,
    'start in a year',
    form(field('start', '2100-01-01T00:00:00Z')),
    [],
    fin('', ` complete='true'`),
  ],
  [
    '4.1.2',
    `If specified, a server MUST only return messages whose timestamp is equal to or earlier than the timestamp given in the 'end' field.`,
    'end long ago',
    form(field('end', '2000-01-01T00:00:00Z')),
    [],
    fin('', ` complete='true'`),
  ],
  [
    '4.1.2',
    `If specified, a server MUST only return messages whose timestamp is equal to or later than the given timestamp.`,
    'start long ago, end in a year',
    form(field('start', '2000-01-01T00:00:00Z'), field('end', '2100-01-01T00:00:00Z')),
    [1, 2, 3, 4, 5],
    fin(),
  ],
  [
    '4.3.1',
    `The RSM <count> element and the 'index' attribute on the RSM <first> element are optional […]`,
    'none',
    rsm('<max>0</max>'),
    [],
    fin(rsm('<first>{none}</first><count>5</count>')),
  ],
  [
    '4.3.2',
    `[…] the client may prefer for the server to send the results within that page in reverse order.`,
    'flipped',
    `${rsm('<max>3</max>')}<flip-page/>`,
    [3, 2, 1],
    fin(rsm(`<first>{u1}</first><last>{u3}</last>`)),
  ],
  [
    '4.1.5',
    `[…] 'include-groupchat' […]`,
    'is understood',
    form(field('include-groupchat', 'true')),
    [1, 2, 3, 4, 5],
    fin(),
  ],
]

/** Queries that cannot be answered. */
const refused: readonly (readonly [
  at: string,
  says: string,
  that: string,
  asked: string,
  condition: string,
])[] = [
  [
    '4.3.1',
    `If the UID contained within an <after> or <before> element is not present in the archive, the server MUST return an item-not-found error in response to the query.`,
    'after',
    rsm('<after>nonsense</after>'),
    'cancel item-not-found',
  ],
  [
    '4.3.1',
    `If the UID contained within an <after> or <before> element is not present in the archive, the server MUST return an item-not-found error in response to the query.`,
    'before',
    rsm('<before>nonsense</before>'),
    'cancel item-not-found',
  ],
  ...['before-id', 'after-id', 'ids'].map(
    (name) =>
      [
        '4.1.4',
        `If any UID requested by the client in any of the 'before-id', 'after-id' or 'ids' form fields is not present in the archive, the server MUST return an item-not-found error in response to the query.`,
        name,
        form(field(name, 'nonsense')),
        'cancel item-not-found',
      ] as const,
  ),
  [
    '4.1.6',
    `If a client includes a form field that the server does not recognise, the server MUST respond with a 'feature-not-implemented' error.`,
    '',
    form(field('{urn:example}colour', 'red')),
    'cancel feature-not-implemented',
  ],
  [
    '4.1.2',
    `The 'start' and 'end' fields, if provided, MUST contain timestamps formatted according to the DateTime profile defined in XEP-0082.`,
    'no time',
    form(field('start', 'yesterday')),
    'modify bad-request',
  ],
  [
    '4.1.1',
    `If a 'with' field is present in the form, it contains a JID […].`,
    'no address',
    form(field('with', '@@')),
    'modify bad-request',
  ],
]

const version = 'XEP-0313 (1.1.3)'

conform(version, 'querying the archive', [
  ...pages.map(([at, says, that, asked, come, end]): Case => ({
    at,
    says,
    that,
    script: `
      ${five}
      ann sets: ${query(asked)}
      ${gets(...come)}
      ann is given ${end}
      ann !< <message/>
    `,
  })),
  ...refused.map(([at, says, that, asked, condition]): Case => ({
    at,
    says,
    ...(that === '' ? {} : { that }),
    script: `
      ${five}
      ann sets: ${query(asked)}
      ann is refused ${condition}
      ann !< <message/>
    `,
  })),
  {
    at: '4',
    says: `To ensure that the client knows when the results are complete, the server MUST send the <iq/> result after last query result has been sent to the client.`,
    script: `
      ${five}
      ann > <iq type='set' id='a1'>${query()}</iq>
      ${gets(1, 2, 3, 4, 5)}
      ann next < <iq type='result' id='a1'>${fin()}</iq>
    `,
  },
  {
    at: '4',
    says: `The final <iq/> result response MUST include an RSM <set/> element, wrapped into a <fin/> element […].`,
    that: 'also of nothing',
    script: `
      there: ann
      ann sets: ${query()}
      ann is given ${fin(rsm(''), ` complete='true'`)}
    `,
  },
  {
    at: '4.2',
    says: `If the client gave a 'queryid' attribute in its initial query, the server MUST also include that in this result element.`,
    script: `
      ${five}
      ann sets: ${query(rsm('<max>1</max>'), ` queryid='f27'`)}
      ann < ${result(message('m1'), '{u1}', ` queryid='f27'`)}
      ann is given ${fin()}
    `,
  },
  {
    at: '4.2',
    says: `The <result/> element contains a <forwarded/> element which SHOULD contain the original message as it was received […].`,
    script: `
      there: ann, bo
      bo > <message to='{ann}' id='m1' xml:lang='en'><subject>s</subject><body>b</body><thread>t</thread><x xmlns='urn:example:x'>y</x></message>
      ann < <message id='m1'/>
      ann sets: ${query()}
      ann < ${result(`<message from='{bo/desk}' to='{ann}' id='m1' xml:lang='en'><subject>s</subject><body>b</body><thread>t</thread><x xmlns='urn:example:x'>y</x></message>`)}
    `,
  },
  {
    at: '4.1.6',
    says: `The server replies with all the form fields it supports in queries, which MUST include the mandatory fields specified in this document.`,
    script: `
      there: ann
      ann gets: ${query()}
      ann is given ${query(`<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>
        <field type='jid-single' var='with'/><field type='text-single' var='start'/><field type='text-single' var='end'/>
        <field type='text-single' var='before-id'/><field type='text-single' var='after-id'/>
        <field type='list-multi' var='ids'><validate xmlns='http://jabber.org/protocol/xdata-validate'><open/></validate></field></x>`)}
    `,
  },
  {
    at: '5',
    says: `If the archive is not empty, this element MUST include <start/> and <end/> […]`,
    script: `
      ${five}
      ann gets: <metadata ${mam}/>
      ann is given <metadata ${mam}><start id='{u1}' timestamp='{any}'/><end id='{u5}' timestamp='{any}'/></metadata>
    `,
  },
])
