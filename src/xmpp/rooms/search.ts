// XEP-0433: Extended Channel Search, version 0.1.0, over the rooms of this service
// Source: https://xmpp.org/extensions/xep-0433.html
import { el, type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { buildForm, type Form, readForm } from '../wire/data-form.ts'
import { buildPageAnswer, readPageRequest } from '../wire/rsm.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { isListed } from './disco.ts'
import { NS_SEARCH } from './names.ts'
import { type Rooms } from './registry.ts'
import { type Room } from './room.ts'

const BASE = 'urn:xmpp:channel-search:0'
const NS_PARAMS = `${BASE}:search-params`
const NS_ERROR = `${BASE}:error`
const byUsers = `{${BASE}:order}nusers`
const byAddress = `{${BASE}:order}address`
const serviceType = 'xep-0045'

/** Rooms on one page. */
const pageMax = 100
/** UTF-16 units of what is searched for. */
const queryMax = 200
const termsMax = 10

/** The form, or what was found with it. @throws {StanzaError} */
export function searchRooms(search: Element, rooms: Rooms, from: Speaker): Element {
  if (search.name !== 'search') throw new StanzaError('service-unavailable')
  const form = readForm(search)
  if (!form) return el('search', NS_SEARCH, {}, emptyForm())
  if (form.kind !== 'submit' || form.formType !== NS_PARAMS) throw new StanzaError('bad-request')
  const asked = askedIn(form)
  const found = [...rooms.all()]
    .filter((room) => isListed(room, from) && isMatch(room, asked))
    .map((room) => ({ room, rank: rankOf(room, asked) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
  return page(found, search)
}

/** Section 6.1, with what holds where a field is left out. */
function emptyForm(): Element {
  return buildForm('form', NS_PARAMS, [
    { name: 'q', type: 'text-single', label: 'Search for' },
    { name: 'all', type: 'boolean', label: 'All rooms', values: ['false'] },
    { name: 'sinname', type: 'boolean', label: 'Search in name', values: ['true'] },
    { name: 'sindescription', type: 'boolean', label: 'Search in description', values: ['true'] },
    { name: 'sinaddress', type: 'boolean', label: 'Search in address', values: ['true'] },
    {
      name: 'types',
      type: 'list-multi',
      label: 'Service types',
      values: [serviceType],
      options: [serviceType],
    },
    {
      name: 'key',
      type: 'list-single',
      label: 'Sort results by',
      values: [byUsers],
      options: [byUsers, byAddress],
    },
  ])
}

type Asked = {
  /** In lower case; null for all rooms. */
  readonly terms: readonly string[] | null
  readonly in: { readonly name: boolean; readonly description: boolean; readonly address: boolean }
  readonly hasRooms: boolean
  readonly isByAddress: boolean
}

function askedIn({ values }: Form): Asked {
  const one = (name: string): string | undefined => values.get(name)?.[0]
  const flag = (name: string, or: boolean): boolean => {
    const value = one(name)
    return value === undefined ? or : value === '1' || value === 'true'
  }
  const key = one('key') ?? byUsers
  if (key !== byUsers && key !== byAddress)
    throw refused(
      'feature-not-implemented',
      'invalid-sort-key',
      'Rooms are sorted by users or address.',
    )
  // The table of section 6.1 says `sinaddress`, and the example of section 4.2.1 `sinaddr`.
  const inAddress = flag('sinaddress', flag('sinaddr', true))
  return {
    terms: termsIn(one('q'), flag('all', false)),
    in: {
      name: flag('sinname', true),
      description: flag('sindescription', true),
      address: inAddress,
    },
    hasRooms: values.get('types')?.includes(serviceType) ?? true,
    isByAddress: key === byAddress,
  }
}

function termsIn(query: string | undefined, all: boolean): readonly string[] | null {
  const isAsked = query !== undefined && query !== ''
  if (isAsked && all) {
    const vars = ['all', 'q'].map((name) => el('var', NS_ERROR, {}, name))
    const text = 'Cannot both return all rooms and search by words.'
    throw refused('bad-request', 'conflicting-fields', text, vars)
  }
  if (all) return null
  if (query === undefined) {
    // Section 4.2.2.7: `cancel`, though the example there says `modify`.
    throw new StanzaError('bad-request', {
      type: 'cancel',
      text: 'Say what to search for, or ask for all.',
      detail: el('no-search-conditions', NS_ERROR),
    })
  }
  const terms = query
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '')
  if (terms.length > 0 && terms.length <= termsMax && query.length <= queryMax) return terms
  const text = `Search for 1 to ${termsMax} words, of ${queryMax} characters in all.`
  throw refused('bad-request', 'invalid-search-terms', text)
}

function isMatch({ state: { address, config } }: Room, asked: Asked): boolean {
  if (!asked.hasRooms) return false
  if (!asked.terms) return true
  const places = [
    asked.in.name ? config.name : '',
    asked.in.description ? config.description : '',
    asked.in.address ? address : '',
  ].map((place) => place.toLowerCase())
  return asked.terms.every((term) => places.some((place) => place.includes(term)))
}

/** What results are sorted by, and where a page ends. Many people come before few. */
function rankOf({ state, occupants }: Room, { isByAddress }: Asked): string {
  const few = 99_999 - Math.min(occupants.size, 99_999)
  return isByAddress ? state.address : `${String(few).padStart(5, '0')} ${state.address}`
}

function page(
  found: readonly { readonly room: Room; readonly rank: string }[],
  search: Element,
): Element {
  const asked = readPageRequest(search)
  const max = Math.min(asked?.max ?? pageMax, pageMax)
  const [after, before] = [asked?.after ?? null, asked?.before ?? null]
  const inRange = found.filter(
    ({ rank }) =>
      (after === null || rank > after) && (before === null || before === '' || rank < before),
  )
  const shown = before === null ? inRange.slice(0, max) : max === 0 ? [] : inRange.slice(-max)
  const [first, last] = [shown[0]?.rank ?? null, shown.at(-1)?.rank ?? null]
  const set = buildPageAnswer({ first, last, count: found.length })
  return el('result', NS_SEARCH, {}, ...shown.map(({ room }) => itemOf(room)), set)
}

/** Section 6.2. */
function itemOf({ state: { address, config }, occupants }: Room): Element {
  const isOpen = !config.isMembersOnly && config.password === null
  const anonymity = config.isNonAnonymous ? `{${BASE}:anonymity}none` : 'muc_semianonymous'
  return el(
    'item',
    NS_SEARCH,
    { address },
    ...part('name', config.name),
    ...part('description', config.description),
    ...part('language', config.language),
    ...part('nusers', String(occupants.size)),
    ...part('service-type', serviceType),
    ...part('is-open', String(isOpen)),
    ...part('anonymity-mode', anonymity),
  )
}

function part(name: string, value: string): Element[] {
  return value === '' ? [] : [el(name, NS_SEARCH, {}, value)]
}

function refused(
  condition: 'bad-request' | 'feature-not-implemented',
  name: string,
  text: string,
  children: readonly Element[] = [],
): StanzaError {
  const detail = el(name, NS_ERROR, {}, ...children)
  return new StanzaError(condition, { type: 'modify', text, detail })
}
