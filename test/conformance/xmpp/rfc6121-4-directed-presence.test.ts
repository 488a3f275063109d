import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

conform('RFC 6121', 'directed presence', [
  {
    at: '4.6.3',
    says: `[…] the user's server MUST locally deliver or remotely route the full XML of that presence stanza but SHOULD NOT otherwise modify the contact's status regarding presence broadcast […]`,
    script: `
      there: ann, bo, ann=bo
      ann > <presence to='{bo}'><show>chat</show></presence>
      bo < <presence from='{ann/desk}' to='{bo}'><show>chat</show></presence>
      ann > <presence><show>away</show></presence>
      bo < <presence from='{ann/desk}'><show>away</show></presence>
    `,
  },
  {
    at: '4.6.3',
    says: `[…] MUST locally deliver or remotely route the full XML of that presence stanza […] but MUST NOT modify the contact's status regarding available presence broadcast […]`,
    that: 'to a stranger',
    script: `
      there: ann, bo
      ann > <presence to='{bo}'><status>hello</status></presence>
      bo < <presence from='{ann/desk}' to='{bo}'><status>hello</status></presence>
      ann > <presence><show>away</show></presence>
      bo !< <presence/>
    `,
  },
  ...(
    [
      ['says so', `ann > <presence type='unavailable'/>`],
      ['leaves', 'ann leaves'],
      ['is cut off', 'ann is cut off'],
    ] as const
  ).map(([that, how]) => ({
    at: '4.6.3',
    says: `[…] if the available resource from which the user sent the directed presence become unavailable, the user's server MUST route that unavailable presence to the contact […]`,
    that,
    script: `
      there: ann, bo
      ann > <presence to='{bo}'/>
      bo < <presence from='{ann/desk}'/>
      ${how}
      bo < <presence type='unavailable' from='{ann/desk}'/>
      bo !< <presence/>
    `,
  })),
  {
    at: '4.6.3',
    says: `[…] if the user's client sends directed unavailable presence to the contact, then the user's server MUST NOT […] route that unavailable presence […] again […]`,
    script: `
      there: ann, bo
      ann > <presence to='{bo}'/>
      ann > <presence type='unavailable' to='{bo}'/>
      bo < <presence type='unavailable' from='{ann/desk}'/>
      all is read
      ann > <presence type='unavailable'/>
      bo !< <presence/>
    `,
  },
  {
    at: '4.6.3',
    says: `If the user sends directed available presence to an entity before sending initial presence […]`,
    that: 'it hears when the device goes',
    script: `
      there: ann connected, bo
      ann > <presence to='{bo}'/>
      bo < <presence from='{ann/desk}'/>
      ann leaves
      bo < <presence type='unavailable' from='{ann/desk}'/>
    `,
  },
  {
    at: '4.6.4',
    says: `[…] the contact's server MUST deliver the presence stanza to all of the contact's available resources […]`,
    that: 'a full address: to that one',
    script: `
      there: ann, bo, bo/pad
      ann > <presence to='{bo/pad}'/>
      bo/pad < <presence from='{ann/desk}' to='{bo/pad}'/>
      bo !< <presence/>
    `,
  },
])

const contacts = `there: ann, bo, ann=bo`

/** A presence of ann's, and what of it is wrong. */
const wrong = (at: string, says: string, presence: string, that: string): Case => ({
  at,
  says,
  that,
  script: `
    ${contacts}
    ann > ${presence}
    ann < <presence type='error' id='p1'>${error('bad-request', 'modify')}</presence>
    bo !< <presence/>
  `,
})

conform('RFC 6121', 'presence syntax', [
  wrong(
    '4.7.1',
    `If the value of the 'type' attribute is not one of the foregoing values, the recipient or an intermediate router SHOULD return a stanza error of <bad-request/>.`,
    `<presence type='here' id='p1'/>`,
    'a broadcast',
  ),
  wrong(
    '4.7.1',
    `If the value of the 'type' attribute is not one of the foregoing values, the recipient or an intermediate router SHOULD return a stanza error of <bad-request/>.`,
    `<presence type='available' to='{bo}' id='p1'/>`,
    'directed',
  ),
  ...['128', '-129', '1000', 'high', '1.5'].map((value) =>
    wrong(
      '4.7.2.3',
      `The value MUST be an integer between -128 and +127.`,
      `<presence id='p1'><priority>${value}</priority></presence>`,
      value,
    ),
  ),
  ...['127', '-128', '0'].map((value) => ({
    at: '4.7.2.3',
    says: `The value MUST be an integer between -128 and +127.`,
    that: value,
    script: `
      ${contacts}
      ann > <presence><priority>${value}</priority></presence>
      bo < <presence from='{ann/desk}'><priority>${value}</priority></presence>
    `,
  })),
  ...['away', 'chat', 'dnd', 'xa'].map((value) => ({
    at: '4.7.2.1',
    says: `The <show/> element specifies the particular availability sub-state of an entity or a specific resource thereof […]`,
    that: value,
    script: `
      ${contacts}
      ann > <presence><show>${value}</show></presence>
      bo < <presence from='{ann/desk}'><show>${value}</show></presence>
    `,
  })),
  {
    at: '4.7.2.2',
    says: `A presence stanza MAY contain multiple instances of the <status/> element, but only if each instance possesses an 'xml:lang' attribute with a distinct language value […]`,
    script: `
      ${contacts}
      ann > <presence><status xml:lang='en'>out</status><status xml:lang='de'>weg</status></presence>
      bo < <presence from='{ann/desk}'><status xml:lang='en'>out</status><status xml:lang='de'>weg</status></presence>
    `,
  },
  {
    at: '4.7.3',
    says: `[…] an entity MAY include […] extended content […]`,
    script: `
      ${contacts}
      ann > <presence><x xmlns='urn:example:mood'>fine</x></presence>
      bo < <presence from='{ann/desk}'><x xmlns='urn:example:mood'>fine</x></presence>
    `,
  },
  {
    at: '4.7.1',
    says: `error: An error has occurred regarding processing of a previously sent presence stanza […]`,
    that: 'is never answered by an error',
    script: `
      there: ann
      ann > <presence type='error' to='nobody@{domain}'>${error('bad-request')}</presence>
      ann !< <presence type='error'/>
    `,
  },
])
