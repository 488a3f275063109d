// What there is at this door, for services that look. RFC 7643 sections 5 to 8.

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const core = 'urn:ietf:params:scim:schemas:core:2.0'

/** Resources that one page of a list has at most. */
export const pageMax = 200

type Attribute = { readonly [name: string]: unknown }

type Kind = {
  readonly type?: string
  readonly required?: true
  readonly mutability?: string
  readonly multiValued?: true
  readonly caseExact?: true
  readonly uniqueness?: string
  readonly subAttributes?: readonly Attribute[]
}

function attribute(name: string, description: string, kind: Kind = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...kind,
  }
}

const complex = { type: 'complex' } as const
const readOnly = { mutability: 'readOnly' } as const

const user: readonly Attribute[] = [
  attribute('userName', 'The address, or what is before its @. It stays for good.', {
    required: true,
    mutability: 'immutable',
    uniqueness: 'server',
  }),
  attribute('name', 'The parts of the name.', {
    ...complex,
    subAttributes: [
      attribute('formatted', 'The whole name, where there is no displayName.'),
      attribute('familyName', 'The family name.'),
      attribute('givenName', 'The given name.'),
    ],
  }),
  attribute('displayName', 'What colleagues see.'),
  attribute('title', 'The job.'),
  attribute('emails', 'One mail address is kept, the one at work.', {
    ...complex,
    multiValued: true,
    subAttributes: [
      attribute('value', 'The address.'),
      attribute('type', 'It is work.', { mutability: 'readOnly' }),
      attribute('primary', 'It is the first.', { type: 'boolean', mutability: 'readOnly' }),
    ],
  }),
  attribute('active', 'Whether the person may sign in.', { type: 'boolean' }),
  attribute('groups', 'The groups that the person is in, by other groups too.', {
    ...complex,
    ...readOnly,
    multiValued: true,
    subAttributes: [
      attribute('value', 'The id of the group.', { ...readOnly, caseExact: true }),
      attribute('display', 'Its name.', readOnly),
    ],
  }),
]

const extension: readonly Attribute[] = [
  attribute('department', 'The unit.'),
  attribute('manager', 'The manager.', {
    ...complex,
    subAttributes: [attribute('value', 'The id of the person.', { caseExact: true })],
  }),
]

const group: readonly Attribute[] = [
  attribute('displayName', 'The name. The id is made of the first one, and stays.', {
    required: true,
  }),
  attribute('members', 'People, and groups of this service.', {
    ...complex,
    multiValued: true,
    subAttributes: [
      attribute('value', 'The id.', { caseExact: true, mutability: 'immutable' }),
      attribute('type', 'User or Group.', { mutability: 'immutable' }),
      attribute('display', 'The name.', readOnly),
    ],
  }),
]

export function schemasAt(base: string): readonly Attribute[] {
  return [
    { id: userSchema, name: 'User', description: 'A person', attributes: user },
    { id: enterpriseSchema, name: 'EnterpriseUser', description: 'At work', attributes: extension },
    { id: groupSchema, name: 'Group', description: 'A group of people', attributes: group },
  ].map((schema) => ({
    schemas: [`${core}:Schema`],
    ...schema,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }))
}

export function resourceTypesAt(base: string): readonly Attribute[] {
  const schemaExtensions = [{ schema: enterpriseSchema, required: false }]
  return [
    { id: 'User', name: 'User', endpoint: '/Users', schema: userSchema, schemaExtensions },
    { id: 'Group', name: 'Group', endpoint: '/Groups', schema: groupSchema },
  ].map((type) => ({
    schemas: [`${core}:ResourceType`],
    ...type,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.id}` },
  }))
}

export function configAt(base: string): Attribute {
  return {
    schemas: [`${core}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: pageMax },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of a bot, with the scope people.provision',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}
