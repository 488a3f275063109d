// XEP-0004 and XEP-0068, with the form of a room: the longest one that people fill in.
import { conform } from './conform.ts'
import { owner, submit } from './rooms.ts'

const document = 'XEP-0004 (2.13.2)'
const start = `
  there: ann, bo
  ann makes {room} as Ann with roomname=Grove roomdesc=Trees
`
const shows = (fields: string): string => `
  ann gets {room}: ${owner()}
  ann is given ${owner(`<x xmlns='jabber:x:data' type='form'>${fields}</x>`)}
`
const has = (name: string, value: string, type = ''): string =>
  `<field var='muc#roomconfig_${name}'${type === '' ? '' : ` type='${type}'`}><value>${value}</value></field>`
const type = `<field var='FORM_TYPE'><value>{muc}#roomconfig</value></field>`
const filledIn = (fields: string, how = 'submit', formType = type): string =>
  owner(`<x xmlns='jabber:x:data' type='${how}'>${formType}${fields}</x>`)

conform(document, 'forms', [
  {
    at: '3.1',
    says: 'form […] The form-processing entity is asking the form-submitting entity to complete a form.',
    that: 'with what it is now',
    script: `
      ${start}
      ${shows(`${has('roomname', 'Grove', 'text-single')}${has('roomdesc', 'Trees', 'text-single')}`)}
    `,
  },
  {
    at: '3.1',
    says: 'The submission MAY include fields that were not provided in the empty form, but the form-processing entity MUST ignore any fields that it does not understand.',
    script: `
      ${start}
      ann does {room}: ${filledIn(`${has('roomname', 'Copse')}<field var='{urn:example:x}colour'><value>green</value></field>`)}
      ${shows(has('roomname', 'Copse'))}
    `,
  },
  {
    at: '3.1',
    says: 'Furthermore, the submission MAY omit fields not marked with <required/> by the form-processing entity.',
    script: `
      ${start}
      ann does {room}: ${filledIn('')}
      ${shows(has('roomname', 'Grove'))}
    `,
  },
  {
    at: '3.1',
    says: 'cancel […] The form-submitting entity has cancelled submission of data to the form-processing entity.',
    that: 'nothing changes',
    script: `
      ${start}
      ann sets {room}: ${filledIn(has('roomname', 'Copse'), 'cancel')}
      ann is given nothing
      ${shows(has('roomname', 'Grove'))}
    `,
  },
  {
    at: '3.5',
    says: 'The receiving entity of an incomplete submission form SHOULD only process (e.g., apply) the submitted fields. If applicable, the values of the omitted fields SHOULD keep their current value.',
    script: `
      ${start}
      ann does {room}: ${submit({ roomname: 'Copse' })}
      ${shows(`${has('roomname', 'Copse')}${has('roomdesc', 'Trees')}`)}
    `,
  },
  {
    at: '3.6',
    says: 'From this, it follows that ‘unsetting’ a field value requires a request to contain a <field/> element. […] implementations can be expected to use a variety of representations, such as <field><value/></field> or <field/> to signal the absence of a (non-empty) value.',
    script: `
      ${start}
      ann does {room}: ${filledIn(`<field var='muc#roomconfig_roomdesc'><value/></field>`)}
      ${shows(`<field var='muc#roomconfig_roomdesc' type='text-single'/>${has('roomname', 'Grove')}`)}
    `,
  },
])

conform(document, 'fields', [
  ...[
    ['1', '1'],
    ['true', '1'],
    ['0', '0'],
    ['false', '0'],
  ].map(([said = '', shown = '']) => ({
    at: '3.3',
    says: 'The field enables an entity to gather or provide an either-or choice between two options. The default value is "false".',
    that: said,
    script: `
      ${start}
      ann does {room}: ${submit({ moderatedroom: said })}
      ${shows(has('moderatedroom', shown, 'boolean'))}
    `,
  })),
  {
    at: '3.3',
    says: 'A form-submitting entity chooses one item from among the options presented by the form-processing entity and MUST NOT insert new options.',
    that: 'another one is refused',
    script: `
      ${start}
      ann sets {room}: ${submit({ whois: 'nobody' })}
      ann is refused modify not-acceptable
      ${shows(`<field var='muc#roomconfig_whois' type='list-single'><option><value>moderators</value></option><option><value>anyone</value></option><value>moderators</value></field>`)}
    `,
  },
  {
    at: '3.3',
    says: 'The field enables an entity to gather or provide one or more options from among many.',
    script: `
      ${start}
      ann does {room}: ${submit({ presencebroadcast: ['moderator', 'participant'] })}
      ${shows(`<field var='muc#roomconfig_presencebroadcast' type='list-multi'><value>moderator</value><value>participant</value><option><value>visitor</value></option></field>`)}
    `,
  },
  {
    at: '3.3',
    says: 'Each provided JID SHOULD be unique (as determined by comparison that includes application of the Nodeprep, Nameprep, and Resourceprep profiles of Stringprep as specified in XMPP Core), and duplicate JIDs MUST be ignored.',
    script: `
      ${start}
      ann does {room}: ${submit({ roomadmins: ['{bo}', '{bo.local}@CHAT.EXAMPLE'] })}
      ${shows(`<field var='muc#roomconfig_roomadmins' type='jid-multi'><value>{bo}</value></field>`)}
    `,
  },
  {
    at: '3.3',
    says: 'Data provided for fields of type "jid-single" or "jid-multi" MUST contain one or more valid Jabber IDs […].',
    that: 'others are refused, and nothing changes',
    script: `
      ${start}
      ann sets {room}: ${submit({ roomname: 'Copse', roomadmins: ['a@@b'] })}
      ann is refused modify jid-malformed
      ${shows(has('roomname', 'Grove'))}
    `,
  },
  {
    at: '4',
    says: 'If the form-processing entity determines that the data provided is not valid, it SHOULD return a "Not Acceptable" error, optionally providing a textual explanation in the XMPP <text/> element […].',
    script: `
      ${start}
      ann sets {room}: ${submit({ maxusers: 'many' })}
      ann is refused modify not-acceptable <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{any}</text>
    `,
  },
  {
    at: '3.2',
    says: `If the <field/> element type is anything other than "fixed" (see below), it MUST possess a 'var' attribute that uniquely identifies the field in the context of the form […].`,
    that: 'one without, and one twice',
    script: `
      ${start}
      ann sets {room}: ${filledIn('<field><value>Copse</value></field>')}
      ann is refused modify bad-request
      ann sets {room}: ${filledIn(`${has('roomname', 'Copse')}${has('roomname', 'Wood')}`)}
      ann is refused modify bad-request
      ${shows(has('roomname', 'Grove'))}
    `,
  },
])

conform('XEP-0068 (1.3.0)', 'what a form is for', [
  {
    at: '3.1',
    says: 'Specifically, the namespace name is specified in the form as the value of a hidden variable called "FORM_TYPE".',
    script: `
      ${start}
      ${shows(`<field var='FORM_TYPE' type='hidden'><value>{muc}#roomconfig</value></field>`)}
    `,
  },
  {
    at: '5',
    says: 'As consequence, implementations MUST treat a FORM_TYPE field without an explicit type attribute, in data forms of type "submit", as the FORM_TYPE field with the special meaning defined herein.',
    script: `
      ${start}
      ann does {room}: ${filledIn(has('roomname', 'Copse'))}
      ${shows(has('roomname', 'Copse'))}
    `,
  },
  {
    at: '3.1',
    says: 'In addition, namespaces can also provide context for the field variable names used in jabber:x:data forms and reports.',
    that: 'of another kind it is refused',
    script: `
      ${start}
      ann sets {room}: ${filledIn(has('roomname', 'Copse'), 'submit', `<field var='FORM_TYPE'><value>urn:example:x</value></field>`)}
      ann is refused modify not-acceptable
      ${shows(has('roomname', 'Grove'))}
    `,
  },
])
