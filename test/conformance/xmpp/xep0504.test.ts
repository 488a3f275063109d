import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0504 (0.1.0)'
const info = `<query xmlns='${NS_INFO}'/>`

function policy(fields = ''): string {
  return `<query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:data-policy:0</value></field>${fields}</x></query>`
}

function field(name: string, type: string, value: string): string {
  return `<field var='${name}' type='${type}'><value>${value}</value></field>`
}

const start = `
  there: ann
  ann makes {room} as Ann
`
const absent = (name: string): string => `<field var='${name}'>{none}</field>`

/** Section, sentence and what the server says. */
const fields: readonly (readonly [at: string, says: string, field: string, that?: string])[] = [
  [
    '3.1',
    `This field MUST have a 'var' attribute set to "auth_data", must be of type "list-single", and MUST have one of the following values:`,
    field('auth_data', 'list-single', 'plain'),
    'SASL PLAIN is offered over TLS',
  ],
  [
    '3.2',
    'To make the situation more clear, a data transmission field SHOULD be used, indicating how the data is transmitted from and to legacy services […].',
    absent('data_transmission'),
    'there is no legacy service',
  ],
  [
    '3.3',
    `The field MUST have a 'var' attribute set to "data_retention", be of type "text-single", and MUST indicate how long data is stored (at most) in hours. […] infinite: data is stored without automatic purge.`,
    field('data_retention', 'text-single', 'infinite'),
  ],
  [
    '3.4',
    `The field MUST have a 'var' attribute set to "data_deletion", and be of type "boolean".`,
    field('data_deletion', 'boolean', 'false'),
    'what is taken back stays on record',
  ],
  [
    '3.5',
    `This is exposed with a field which MUST have a 'var' attribute set to "encryption_at_rest", a type of "boolean", set to "true" when data is encrypted at rest.`,
    field('encryption_at_rest', 'boolean', 'true'),
  ],
  [
    '3.8',
    `This field MUST have a 'var' attribute set to "data_export" and a type of "boolean".`,
    field('data_export', 'boolean', 'false'),
  ],
  [
    '3.9',
    `This field MUST have a 'var' attribute set to "access_policy", a type of "list-multi", and MUST include one or more of the following values:`,
    absent('access_policy'),
    'who may read is for the company to say',
  ],
  [
    '3.10',
    `This field MUST have a 'var' attribute set to "full_erasure" and a type of "boolean".`,
    field('full_erasure', 'boolean', 'false'),
  ],
  [
    '3.11',
    'This field is RECOMMENDED for services storing user data.',
    absent('backup_frequency'),
    'how backups are made is for the company to say',
  ],
  [
    '3.13',
    `Human-readable information can be added with a field which MUST have a 'var' attribute set to "extra_info" and a type of "text-multi".`,
    `<field var='extra_info' type='text-multi'><value>{any}record{any}</value><value>{any}encrypted messages{any}refused{any}</value></field>`,
  ],
]

conform(document, 'what becomes of what is said', [
  ...['{domain}', '{ann}', '{rooms}', '{room}', 'upload.{domain}'].map((address) => ({
    at: '3',
    says: `Data policy is exposed via XEP-0128: in response to a disco#info query sent to the bare JID of the entity, the implementation MUST return a data form using the 'FORM_TYPE' of "urn:xmpp:data-policy:0" as specified in XEP-0128.`,
    that: address,
    script: `
      ${start}
      ann gets ${address}: ${info}
      ann is given ${policy()}
    `,
  })),
  ...fields.map(([at, says, inside, that]) => ({
    at,
    says,
    ...(that === undefined ? {} : { that }),
    script: `
      ${start}
      ann gets {domain}: ${info}
      ann is given ${policy(inside)}
    `,
  })),
])
