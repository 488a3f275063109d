// XEP-0045: Multi-User Chat, version 1.35.5, section 16.5.4: what a room says of itself (`muc#roominfo`), and what other XEPs add
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Element } from '../../xml/element.ts'
import { dataPolicyForm } from '../features/data-policy.ts'
import { NS_SPACES } from '../pep/names.ts'
import { buildForm, type FormField } from '../wire/data-form.ts'
import { hashOfHats } from './hats.ts'
import { muc } from './names.ts'
import { type Room } from './room.ts'

/** What is not for everybody to know: null where it is not for who asks, or not known. */
type ForSome = { readonly messagesPerHour: number | null; readonly subject: string | null }

/** To whoever may ask a room what it is. */
export function infoForms(room: Room, { messagesPerHour, subject }: ForSome): Element[] {
  const { pubsubNode } = room.state.config
  const about = buildForm('result', `${muc.base}#roominfo`, [
    ...infoFields(room),
    ...(subject === null ? [] : [one('muc#roominfo_subject', subject)]),
    ...activityFields(room, messagesPerHour),
  ])
  const forms = [about, dataPolicyForm()]
  if (pubsubNode === '') return forms
  return [...forms, buildForm('result', NS_SPACES, [one('parent', pubsubNode)])]
}

function infoFields(room: Room): FormField[] {
  const { config } = room.state
  const { pubsubNode } = config
  return [
    one('muc#roominfo_description', config.description),
    one('muc#roominfo_lang', config.language),
    one('muc#roominfo_occupants', String(room.occupants.size)),
    one('muc#maxhistoryfetch', String(config.historyMax)),
    {
      name: 'muc#roomconfig_changesubject',
      type: 'boolean',
      values: [config.allowsSubjectChange ? '1' : '0'],
    },
    {
      name: 'muc#roominfo_subjectmod',
      type: 'boolean',
      values: [config.allowsSubjectChange ? '1' : '0'],
    },
    ...(config.isNonAnonymous ? [contacts(room)] : []),
    one('muc#roominfo_slow_mode_duration', String(config.slowModeSeconds)),
    {
      name: 'muc#roomconfig_presencebroadcast',
      type: 'list-multi',
      values: config.presenceBroadcast,
    },
    ...(pubsubNode === '' ? [] : [one('muc#roomconfig_pubsub', pubsubNode)]),
    ...extraFields(room),
  ]
}

/** The owners, whose addresses everybody in the room sees. */
function contacts({ state }: Room): FormField {
  const owners = [...state.people.values()].filter(({ affiliation }) => affiliation === 'owner')
  const values = owners.map(({ address }) => address)
  return { name: 'muc#roominfo_contactjid', type: 'jid-multi', values }
}

/** XEP-0502 sections 4.1 and 10: of rooms that stay, and that everybody can see and come into. */
function activityFields({ state }: Room, messagesPerHour: number | null): FormField[] {
  const { isPersistent, isPublic, isMembersOnly, password } = state.config
  const isForAll = isPersistent && isPublic && !isMembersOnly && password === null
  if (messagesPerHour === null || !isForAll) return []
  return [one('{urn:xmpp:muc-activity}message-activity', messagesPerHour.toFixed(2))]
}

/** XEP-0486 section 4.3 and XEP-0317 section 2. */
function extraFields(room: Room): FormField[] {
  const hashes = room.state.extras.card?.hashes ?? []
  const hats = hashOfHats(room)
  return [
    ...(hashes.length === 0
      ? []
      : [{ name: 'muc#roominfo_avatarhash', type: 'text-multi', values: hashes } as const]),
    ...(hats === null ? [] : [one('hats#hash', hats)]),
  ]
}

function one(name: string, value: string): FormField {
  return { name, type: 'text-single', values: [value] }
}
