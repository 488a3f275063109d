// XEP-0393: what is styled is for clients to show. The text is what was written, also on record.
import { conform } from './conform.ts'
import { isKept, oneLine } from './in-messages.ts'

const document = 'XEP-0393 (1.1.1)'
const unstyled = `<unstyled xmlns='urn:xmpp:styling:0'/>`

/** Section, what it is about, and a text of it. */
const texts: readonly (readonly [at: string, that: string, text: string])[] = [
  [
    '5.1.2',
    'a preformatted block',
    '```ignored&#10;(println "Hello, world!")&#10;```&#10;&#10;end',
  ],
  [
    '5.1.3',
    'a quotation in a quotation',
    '&gt; &gt; That that is, is.&#10;&gt; Said the old hermit.',
  ],
  [
    '6.2.1',
    'an emphasis',
    'The full title is _Twelfth Night, or What You Will_ but *most* people shorten it.',
  ],
  ['6.2.4', 'a strike through', 'Everyone ~dis~likes cake.'],
  ['6.2.5', 'preformatted', 'Wow, I can write in `monospace`!'],
]

conform(document, 'styled text', [
  ...texts.map(([at, that, text]) => ({
    at,
    says: 'It is RECOMMENDED that styling directives be displayed and formatted in the same manner as the text they apply to.',
    that: `${that} passes to the letter, and so it is in the archive`,
    script: isKept(`<body>${text}</body>`),
  })),
  {
    at: '7',
    says: 'styled by adding an empty <unstyled> element qualified by the "urn:xmpp:styling:0" namespace.',
    script: isKept(`<body>*not bold*</body>${unstyled}`),
  },
  {
    at: '7',
    says: 'styled by adding an empty <unstyled> element qualified by the "urn:xmpp:styling:0" namespace.',
    that: 'in a room',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'><body>*not bold*</body>${unstyled}</message>
      bo < <message from='{room}/Cy'><body>*not bold*</body>${unstyled}</message>
    `,
  },
])
