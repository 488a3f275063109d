// XEP-0045: Multi-User Chat, version 1.35.5, section 16.5.4: what a room says of itself (`muc#roominfo`), and what other XEPs add
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Element } from '../../xml/element.ts'
import { buildForm, type FormField } from '../wire/data-form.ts'
import { muc } from './names.ts'
import { type Room } from './room.ts'

/** XEP-0503: Server-side spaces, version 0.3.0. */
export const NS_SPACES = 'urn:xmpp:spaces:0'

/** To whoever may ask a room what it is. */
export function infoForms(room: Room): Element[] {
  const { pubsubNode } = room.state.config
  const about = buildForm('result', `${muc.base}#roominfo`, infoFields(room))
  if (pubsubNode === '') return [about]
  return [about, buildForm('result', NS_SPACES, [one('parent', pubsubNode)])]
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
    one('muc#roominfo_slow_mode_duration', String(config.slowModeSeconds)),
    {
      name: 'muc#roomconfig_presencebroadcast',
      type: 'list-multi',
      values: config.presenceBroadcast,
    },
    ...(pubsubNode === '' ? [] : [one('muc#roomconfig_pubsub', pubsubNode)]),
  ]
}

function one(name: string, value: string): FormField {
  return { name, type: 'text-single', values: [value] }
}
