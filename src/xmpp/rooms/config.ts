// XEP-0045: Multi-User Chat, version 1.35.5, section 10.2: what a room's owner chooses
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Form, type FormField } from '../wire/data-form.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type RoomConfig, type RoomExtras, type ShownRole, type StoredRoom } from './ports.ts'

export const NS_CONFIG = 'http://jabber.org/protocol/muc#roomconfig'

/** People at the same time in one room. */
const occupantsMax = 5_000
/** UTF-16 units. */
const textMax = 1_000
const passwordMax = 256
const historyMaxMax = 250
/** A day. */
const slowModeSecondsMax = 86_400
/** UTF-16 units of an address. */
const nodeMax = 2_047

const occupantRoles: readonly ShownRole[] = ['moderator', 'participant', 'visitor']

export const noExtras: RoomExtras = { requests: [], card: null, hats: [], wearers: [] }

/** A room as it was written, by this version or one before. */
export function wholeRoom({ config, extras, people, ...room }: StoredRoom): StoredRoom {
  return {
    ...unlocked,
    ...room,
    config: wholeConfig(config, room.address),
    extras: { ...noExtras, ...extras },
    people: new Map([...people].map(([id, one]) => [id, { ...withoutNick, ...one }])),
  }
}

const withoutNick = { nick: null }
const unlocked = { isLocked: false }

/** Settings as they were written, by this version or one before, which did not know all of them. */
export function wholeConfig(written: Partial<RoomConfig>, address: string): RoomConfig {
  return { ...defaultConfig(address), ...written }
}

/** A room that nobody has said anything of. */
export function defaultConfig(address: string): RoomConfig {
  return {
    name: address.slice(0, address.indexOf('@')),
    description: '',
    language: '',
    isPersistent: true,
    isPublic: true,
    isMembersOnly: false,
    isModerated: false,
    password: null,
    isNonAnonymous: false,
    occupantsMax,
    allowsInvites: false,
    allowsSubjectChange: false,
    privateMessages: 'anyone',
    historyMax: 20,
    slowModeSeconds: 0,
    presenceBroadcast: occupantRoles,
    memberListRoles: ['moderator'],
    allowsRegistration: true,
    pubsubNode: '',
  }
}

/** XEP-0045 names none. This is the one of Openfire. */
const FIELD_REGISTRATION = 'x-muc#roomconfig_registration'

const whoMaySend = ['anyone', 'participants', 'moderators', 'none'] as const

/** What a person reads in place of a value. Dino shows no choice that has no label. */
const readable: Readonly<Record<string, string>> = {
  anyone: 'Anyone',
  moderators: 'Moderators',
  none: 'Nobody',
  participants: 'Those with voice',
  moderator: 'Moderator',
  participant: 'Participant',
  visitor: 'Visitor',
}

/** The form of section 10.2 as it is filled in now. */
export function configFields(config: RoomConfig): FormField[] {
  return [
    text('muc#roomconfig_roomname', 'Name', config.name),
    text('muc#roomconfig_roomdesc', 'Description', config.description),
    text('muc#roomconfig_lang', 'Language', config.language),
    yes('muc#roomconfig_persistentroom', 'Stays when the last one leaves', config.isPersistent),
    yes('muc#roomconfig_publicroom', 'Listed for everybody', config.isPublic),
    yes('muc#roomconfig_membersonly', 'For members only', config.isMembersOnly),
    yes('muc#roomconfig_moderatedroom', 'Only who has voice may speak', config.isModerated),
    yes('muc#roomconfig_passwordprotectedroom', 'Asks for a password', config.password !== null),
    {
      name: 'muc#roomconfig_roomsecret',
      type: 'text-private',
      label: 'Password',
      values: [config.password ?? ''],
    },
    list('muc#roomconfig_whois', 'Who sees whose nickname it is', {
      value: config.isNonAnonymous ? 'anyone' : 'moderators',
      options: ['moderators', 'anyone'],
    }),
    list('muc#roomconfig_maxusers', 'People at the same time', {
      value: String(config.occupantsMax),
      options: [
        ...new Set(['10', '50', '100', '500', '1000', '5000', String(config.occupantsMax), 'none']),
      ],
    }),
    yes('muc#roomconfig_allowinvites', 'Everybody who is in may invite', config.allowsInvites),
    yes(
      'muc#roomconfig_changesubject',
      'Everybody may change the subject',
      config.allowsSubjectChange,
    ),
    list('muc#roomconfig_allowpm', 'Who may send private messages', {
      value: config.privateMessages,
      options: whoMaySend,
    }),
    yes('muc#roomconfig_enablelogging', 'On record, always', true),
    text('muc#maxhistoryfetch', 'Messages shown to who comes in', String(config.historyMax)),
    {
      ...text(
        'muc#roomconfig_slow_mode_duration',
        'Seconds between messages',
        String(config.slowModeSeconds),
      ),
      // XEP-0500 section 5.1.
      range: { min: 0, max: slowModeSecondsMax },
    },
    {
      name: 'muc#roomconfig_presencebroadcast',
      type: 'list-multi',
      label: 'Roles that everybody is shown; moderators alone where more than 500 are in',
      values: config.presenceBroadcast,
      options: occupantRoles.map(choice),
    },
    {
      name: 'muc#roomconfig_getmemberlist',
      type: 'list-multi',
      label: 'Roles that may see who the members are, where everybody sees whose nickname it is',
      values: config.memberListRoles,
      options: occupantRoles.map(choice),
    },
    yes(FIELD_REGISTRATION, 'Who may come in may become a member', config.allowsRegistration),
    text('muc#roomconfig_pubsub', 'Address of the space it belongs to', config.pubsubNode),
  ]
}

/** What a form changes. @throws {StanzaError} not-acceptable for a value that cannot be (section 10.2) */
export function configFrom({ values }: Form, before: RoomConfig): RoomConfig {
  const one = (name: string): string | undefined => values.get(name)?.[0]
  const flag = (name: string, or: boolean): boolean => {
    const value = one(name)
    if (value === undefined) return or
    if (!/^(?:0|1|true|false)$/.test(value)) throw refused(`${name} is 1 or 0.`)
    return value === '1' || value === 'true'
  }
  const words = (name: string, or: string): string => {
    const value = one(name) ?? or
    if (value.length > textMax) throw refused(`${name} has more than ${textMax} characters.`)
    return value
  }
  const number = (name: string, or: number, max: number): number => {
    const value = one(name)
    if (value === undefined) return or
    if (value === '' || value === 'none') return max
    if (!/^\d{1,9}$/.test(value) || Number(value) > max)
      throw refused(`${name} is a whole number up to ${max}.`)
    return Number(value)
  }
  const roles = (name: string): readonly ShownRole[] | undefined => rolesFrom(name, values)
  const whois = one('muc#roomconfig_whois')
  if (whois !== undefined && whois !== 'anyone' && whois !== 'moderators')
    throw refused('muc#roomconfig_whois is `anyone` or `moderators`.')
  const allowPm = one('muc#roomconfig_allowpm')
  const privateMessages = whoMaySend.find((who) => who === allowPm)
  if (allowPm !== undefined && !privateMessages)
    throw refused(`muc#roomconfig_allowpm is one of ${whoMaySend.join(', ')}.`)
  // Every message is on record, and this cannot be turned off: whoever asks for it is told by status 170 (`asksForNoLog`).
  flag('muc#roomconfig_enablelogging', true)
  return {
    name: words('muc#roomconfig_roomname', before.name),
    description: words('muc#roomconfig_roomdesc', before.description),
    language: words('muc#roomconfig_lang', before.language),
    isPersistent: flag('muc#roomconfig_persistentroom', before.isPersistent),
    isPublic: flag('muc#roomconfig_publicroom', before.isPublic),
    isMembersOnly: flag('muc#roomconfig_membersonly', before.isMembersOnly),
    isModerated: flag('muc#roomconfig_moderatedroom', before.isModerated),
    password: passwordFrom(flag, one, before),
    isNonAnonymous: whois === undefined ? before.isNonAnonymous : whois === 'anyone',
    occupantsMax: number('muc#roomconfig_maxusers', before.occupantsMax, occupantsMax),
    allowsInvites: flag('muc#roomconfig_allowinvites', before.allowsInvites),
    allowsSubjectChange: flag('muc#roomconfig_changesubject', before.allowsSubjectChange),
    privateMessages: privateMessages ?? before.privateMessages,
    historyMax: number('muc#maxhistoryfetch', before.historyMax, historyMaxMax),
    slowModeSeconds: number(
      'muc#roomconfig_slow_mode_duration',
      before.slowModeSeconds,
      slowModeSecondsMax,
    ),
    presenceBroadcast: broadcastFrom(roles('muc#roomconfig_presencebroadcast'), before),
    memberListRoles: roles('muc#roomconfig_getmemberlist') ?? before.memberListRoles,
    allowsRegistration: flag(FIELD_REGISTRATION, before.allowsRegistration),
    pubsubNode: nodeFrom(one('muc#roomconfig_pubsub'), before),
  }
}

function rolesFrom(name: string, values: Form['values']): readonly ShownRole[] | undefined {
  // Where none is chosen clients send the field with an empty value, or with none.
  const asked = values.get(name)?.filter((role) => role !== '')
  if (asked?.some((role) => !occupantRoles.some((known) => known === role)) === true)
    throw refused(`${name} is some of ${occupantRoles.join(', ')}.`)
  return asked && occupantRoles.filter((role) => asked.includes(role))
}

/** None of them may be shown, and then moderators are all the same: somebody has to be. */
function broadcastFrom(
  asked: readonly ShownRole[] | undefined,
  { presenceBroadcast }: RoomConfig,
): readonly ShownRole[] {
  if (asked === undefined) return presenceBroadcast
  return occupantRoles.filter((role) => role === 'moderator' || asked.includes(role))
}

function nodeFrom(asked: string | undefined, { pubsubNode }: RoomConfig): string {
  if (asked === undefined || asked === '') return asked ?? pubsubNode
  if (asked.length <= nodeMax && /^xmpp:[\x21-\x7e]+$/.test(asked)) return asked
  throw refused('muc#roomconfig_pubsub is an address such as xmpp:anna@example.org?;node=team.')
}

/** Section 10.2.1: what is wished for in vain. */
export function asksForNoLog({ values }: Form): boolean {
  const asked = values.get('muc#roomconfig_enablelogging')?.[0]
  return asked === '0' || asked === 'false'
}

function passwordFrom(
  flag: (name: string, or: boolean) => boolean,
  one: (name: string) => string | undefined,
  before: RoomConfig,
): string | null {
  if (!flag('muc#roomconfig_passwordprotectedroom', before.password !== null)) return null
  const password = one('muc#roomconfig_roomsecret') ?? before.password ?? ''
  if (password === '') throw refused('A room that asks for a password needs one.')
  if (password.length > passwordMax)
    throw refused(`A password has at most ${passwordMax} characters.`)
  return password
}

function refused(why: string): StanzaError {
  return new StanzaError('not-acceptable', { text: why })
}

function text(name: string, label: string, value: string): FormField {
  return { name, type: 'text-single', label, values: [value] }
}

function yes(name: string, label: string, value: boolean): FormField {
  return { name, type: 'boolean', label, values: [value ? '1' : '0'] }
}

function list(
  name: string,
  label: string,
  { value, options }: { readonly value: string; readonly options: readonly string[] },
): FormField {
  return { name, type: 'list-single', label, values: [value], options: options.map(choice) }
}

function choice(value: string): { readonly label: string; readonly value: string } {
  return { label: readable[value] ?? value, value }
}
