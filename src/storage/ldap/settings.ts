/** How a directory server is asked, and what its attributes are called. */
export type LdapPlace = {
  /** `ldap:` or `ldaps:`, host and port. */
  readonly url: string
  /** Goes over to TLS before anything else is said. */
  readonly startTls: boolean
  readonly caFile: string | null
  readonly bindDn: string
  readonly passwordFile: string
  readonly base: string
  readonly groupBase: string
  readonly userFilter: string
  readonly groupFilter: string
  readonly attributes: LdapAttributes
}

export const attributeNames = [
  'id',
  'login',
  'name',
  'given',
  'family',
  'mail',
  'job',
  'unit',
  'manager',
  'photo',
  'password',
  'changed',
  'disabled',
  'group',
  'member',
] as const

/** `-`: nothing is asked. */
export type LdapAttributes = { readonly [name in (typeof attributeNames)[number]]: string }

type Usual = {
  readonly attributes: LdapAttributes
  readonly users: string
  readonly groups: string
}

/** What the two kinds have without anybody saying so. */
export const usual: Readonly<Record<'ad' | 'openldap', Usual>> = {
  ad: {
    attributes: {
      id: 'objectGUID',
      login: 'sAMAccountName',
      name: 'displayName',
      given: 'givenName',
      family: 'sn',
      mail: 'mail',
      job: 'title',
      unit: 'department',
      manager: 'manager',
      photo: 'thumbnailPhoto',
      password: 'pwdLastSet',
      changed: 'whenChanged',
      disabled: 'userAccountControl',
      group: 'cn',
      member: 'member',
    },
    users: '(&(objectCategory=person)(objectClass=user)(sAMAccountName=*))',
    groups: '(objectClass=group)',
  },
  openldap: {
    attributes: {
      id: 'entryUUID',
      login: 'uid',
      name: 'displayName',
      given: 'givenName',
      family: 'sn',
      mail: 'mail',
      job: 'title',
      unit: 'ou',
      manager: 'manager',
      photo: 'jpegPhoto',
      password: 'pwdChangedTime',
      changed: 'modifyTimestamp',
      disabled: 'pwdAccountLockedTime',
      group: 'cn',
      member: 'member',
    },
    users: '(&(objectClass=inetOrgPerson)(uid=*))',
    groups: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
  },
}
