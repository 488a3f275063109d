// What is set about a directory server.

import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { FilterParser } from 'ldapts'
import { type LdapSettings } from '../directory/ldap/sync.ts'
import {
  attributeNames,
  type LdapAttributes,
  type LdapPlace,
  usual,
} from '../storage/ldap/settings.ts'
import * as kinds from './setting-kinds.ts'
import { isLoopback, type Kind, parseList } from './setting-kinds.ts'

type Name = keyof typeof ldapSettings

const url: Kind = {
  name: 'address',
  words: 'an address such as ldap://dc1.example.org or ldaps://dc1.example.org:636',
  accepts: (value) =>
    /^ldaps?:\/\/[^\s/?#@]+\/?$/.test(value) &&
    URL.canParse(value) &&
    new URL(value).hostname !== '',
}

const dn: Kind = {
  name: 'DN',
  words: 'a DN such as ou=people,dc=example,dc=org',
  accepts: (value) => /^[^=]+=.+$/.test(value),
}

const filter: Kind = {
  name: 'filter',
  words: 'a filter such as (objectClass=inetOrgPerson)',
  accepts: isFilter,
}

const attributes: Kind = {
  name: 'list of `name=attribute`',
  words: `entries such as login=uid, separated by commas; names are ${attributeNames.join(', ')}`,
  accepts: (value) =>
    parseList(value).every((item) => {
      const [name, attribute = '', ...rest] = item.split('=')
      return (
        attributeNames.some((one) => one === name) &&
        rest.length === 0 &&
        /^(?:-|[A-Za-z][A-Za-z0-9-]{0,63})$/.test(attribute)
      )
    }),
}

export const ldapSettings = {
  ONRECORD_LDAP_URL: {
    kind: url,
    or: null,
    meaning:
      'Directory server that people and groups come from, such as `ldap://dc1.example.org` (with STARTTLS) or `ldaps://dc1.example.org`. People of it sign in with the password that they have there.',
  },
  ONRECORD_LDAP_KIND: {
    kind: kinds.choice('ad', 'openldap'),
    or: 'ad',
    meaning: 'What attributes and classes are called where nothing else is set.',
  },
  ONRECORD_LDAP_STARTTLS: {
    kind: kinds.choice('required', 'off'),
    or: 'required',
    meaning: 'Whether `ldap://` goes over to TLS. `off` is refused but for a loopback address.',
  },
  ONRECORD_LDAP_CA: {
    kind: kinds.path,
    or: null,
    meaning:
      'Certificates of the authorities that the directory server may have its from, PEM, in place of those that come with Node.',
  },
  ONRECORD_LDAP_BIND_DN: {
    kind: dn,
    or: null,
    meaning: 'Who looks: an account that may read people and groups, and nothing else.',
  },
  ONRECORD_LDAP_PASSWORD_FILE: {
    kind: kinds.path,
    or: null,
    meaning: 'File with the password of that account. It is read anew for each connection.',
  },
  ONRECORD_LDAP_BASE: { kind: dn, or: null, meaning: 'People are below it.' },
  ONRECORD_LDAP_GROUP_BASE: {
    kind: dn,
    or: null,
    meaning: 'Groups are below it. Default: as people.',
  },
  ONRECORD_LDAP_USER_FILTER: {
    kind: filter,
    or: null,
    meaning:
      'Who of them comes here, such as `(&(objectClass=user)(memberOf=cn=chat,dc=example,dc=org))`. Who fits no more is suspended.',
  },
  ONRECORD_LDAP_GROUP_FILTER: {
    kind: filter,
    or: null,
    meaning: 'Which groups come here.',
  },
  ONRECORD_LDAP_ATTRIBUTES: {
    kind: attributes,
    or: '',
    meaning: `What attributes are called, such as \`login=mail, unit=departmentNumber\`; \`photo=-\` asks for none. Names: ${attributeNames.join(', ')}.`,
  },
  ONRECORD_LDAP_SYNC_SECONDS: {
    kind: kinds.count(0, 86_400),
    or: '30',
    meaning: 'How often people and groups are compared. 0: only with `onrecord ldap sync`.',
  },
  ONRECORD_LDAP_VANISH_PERCENT: {
    kind: kinds.count(1, 100),
    or: '10',
    meaning:
      'When more people or groups than this share, and five at least, would be gone, nothing is done until `onrecord ldap sync --confirm`.',
  },
  ONRECORD_LDAP_MECHANISMS: {
    kind: kinds.choice('plain', 'all'),
    or: 'plain',
    meaning:
      'How XMPP clients sign in. People of the directory server can only say their password (PLAIN, inside TLS). `all` offers SCRAM too, for people with passwords here: clients of the others then have to be told to use PLAIN.',
  },
} as const

export type LdapConfig = {
  readonly place: LdapPlace
  readonly settings: LdapSettings
  readonly isPlainOnly: boolean
}

/** Null: there is none. */
export function ldapConfigOf(value: (name: Name) => string | null): LdapConfig | null {
  const address = value('ONRECORD_LDAP_URL')
  if (address === null) return null
  const kind = value('ONRECORD_LDAP_KIND') === 'openldap' ? 'openldap' : 'ad'
  const ca = value('ONRECORD_LDAP_CA')
  const base = value('ONRECORD_LDAP_BASE') ?? ''
  const isTls = address.startsWith('ldaps:')
  return {
    place: {
      url: address,
      startTls: !isTls && value('ONRECORD_LDAP_STARTTLS') !== 'off',
      caFile: ca === null ? null : resolve(ca),
      bindDn: value('ONRECORD_LDAP_BIND_DN') ?? '',
      passwordFile: resolve(value('ONRECORD_LDAP_PASSWORD_FILE') ?? ''),
      base,
      groupBase: value('ONRECORD_LDAP_GROUP_BASE') ?? base,
      userFilter: value('ONRECORD_LDAP_USER_FILTER') ?? usual[kind].users,
      groupFilter: value('ONRECORD_LDAP_GROUP_FILTER') ?? usual[kind].groups,
      attributes: attributesOf(usual[kind].attributes, value('ONRECORD_LDAP_ATTRIBUTES') ?? ''),
    },
    settings: {
      everyMs: Number(value('ONRECORD_LDAP_SYNC_SECONDS')) * 1_000,
      vanishShareMax: Number(value('ONRECORD_LDAP_VANISH_PERCENT')),
    },
    isPlainOnly: value('ONRECORD_LDAP_MECHANISMS') !== 'all',
  }
}

function attributesOf(those: LdapAttributes, text: string): LdapAttributes {
  const others = parseList(text).map((item) => item.split('='))
  return { ...those, ...Object.fromEntries(others) }
}

/** @returns a sentence when they contradict each other */
export function ldapContradiction(
  ldap: LdapConfig | null,
  isSet: (name: Name) => boolean,
): string | null {
  if (ldap === null) return null
  const needed = [
    'ONRECORD_LDAP_BIND_DN',
    'ONRECORD_LDAP_PASSWORD_FILE',
    'ONRECORD_LDAP_BASE',
  ] as const
  const missing = needed.find((name) => !isSet(name))
  if (missing !== undefined)
    return `ONRECORD_LDAP_URL names a directory server: set ${missing}, too.`
  const { hostname, protocol } = new URL(ldap.place.url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isNear = host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))
  if (protocol === 'ldap:' && !ldap.place.startTls && !isNear)
    return 'ONRECORD_LDAP_STARTTLS=off would send passwords in clear: use ldaps://, or leave it unset.'
  return null
}

function isFilter(text: string): boolean {
  try {
    FilterParser.parseString(text)
    return true
  } catch {
    // It throws for one reason only: that it is none.
    return false
  }
}
