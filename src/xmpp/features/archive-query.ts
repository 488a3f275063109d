// XEP-0313: Message Archive Management, version 1.1.3, section 4: what a query asks for
// Source: https://xmpp.org/extensions/xep-0313.html
import { type Person } from '../../directory/ports.ts'
import { type HistoryQuery } from '../../history/ports.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { child, type Element } from '../../xml/element.ts'
import { type Host } from '../host.ts'
import { type Form, type FormField, readForm } from '../wire/data-form.ts'
import { parseDateTime } from '../wire/date-time.ts'
import { parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { readPageRequest } from '../wire/rsm.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const pageItems = 50
const pageItemsMax = 250
const idsMax = 250

/** XEP-0431: Full Text Search in MAM, version 0.2.0. */
export const fullTextNs = 'urn:xmpp:fulltext:0'
const fullText = `{${fullTextNs}}fulltext`
const textUnitsMax = 1_000

/** The fields that a client may fill in (section 4.1.5). */
export const archiveFields: readonly FormField[] = [
  { name: 'with', type: 'jid-single' },
  { name: 'start', type: 'text-single' },
  { name: 'end', type: 'text-single' },
  { name: 'before-id', type: 'text-single' },
  { name: 'after-id', type: 'text-single' },
  { name: 'ids', type: 'list-multi', isOpen: true },
  { name: 'include-groupchat', type: 'boolean' },
  { name: fullText, type: 'text-single' },
]

/** What is asked for of an archive, whosever it is. */
type ArchiveFilter = Omit<HistoryQuery, 'owner' | 'peer' | 'peerDevice'>

export type ArchiveQuery = {
  /** Null where nothing can match, such as messages with somebody who does not exist. */
  readonly filter: HistoryQuery | null
  readonly isFlipped: boolean
}

/** XEP-0431 where the index is not to be had. */
export function noSearch(): StanzaError {
  return new StanzaError('resource-constraint', {
    text: 'Nobody can look for words just now: try later, or without them.',
  })
}

/** A query of a person's own archive. @throws {StanzaError} for what is malformed, and for a field that we do not know */
export function parseArchiveQuery(
  query: Element,
  owner: Person,
  host: Pick<Host, 'directory' | 'domain'>,
): ArchiveQuery {
  const { filter, peer: text, isFlipped } = parseArchiveForm(query)
  const peer = peerOf(text, owner, host)
  if (peer === 'nobody') return { filter: null, isFlipped }
  return { isFlipped, filter: { ...filter, owner: owner.id, ...peer } }
}

/** @throws {StanzaError} for what is malformed, and for a field that we do not know */
export function parseArchiveForm(query: Element): {
  readonly filter: ArchiveFilter
  /** `with`, as it was written. */
  readonly peer: string | null
  readonly isFlipped: boolean
} {
  const form = formOf(query)
  const page = readPageRequest(query)
  if (page?.index !== null && page?.index !== undefined) {
    throw new StanzaError('feature-not-implemented') // XEP-0059 section 2.6 lets us.
  }
  const start = dateOf(form, 'start')
  const end = dateOf(form, 'end')
  const afterId = valueOf(form, 'after-id')
  const beforeId = valueOf(form, 'before-id')
  const ids = form?.values.get('ids')
  if (ids && ids.length > idsMax) {
    throw new StanzaError('policy-violation', { text: `A query names at most ${idsMax} ids.` })
  }
  const text = valueOf(form, fullText)
  if (text !== null && text.length > textUnitsMax) {
    throw new StanzaError('policy-violation', {
      text: `A search has at most ${textUnitsMax} characters.`,
    })
  }
  return {
    isFlipped: child(query, 'flip-page', ns.mam) !== undefined,
    peer: valueOf(form, 'with'),
    filter: {
      ...(start !== null && { start }),
      ...(end !== null && { end }),
      ...(afterId !== null && { afterId }),
      ...(beforeId !== null && { beforeId }),
      ...(ids && { ids }),
      ...(text !== null && { text }),
      ...(page && page.after !== null && { pageAfter: page.after }),
      ...(page && page.before !== null && { pageBefore: page.before }),
      max: Math.min(page?.max ?? pageItems, pageItemsMax),
    },
  }
}

function formOf(query: Element): Form | null {
  if (!child(query, 'x', ns.dataForms)) return null
  const form = readForm(query)
  if (!form || form.kind !== 'submit' || form.formType !== ns.mam) {
    throw new StanzaError('bad-request', { text: 'The form is not one of the archive.' })
  }
  const known = new Set(['FORM_TYPE', ...archiveFields.map(({ name }) => name)])
  for (const name of form.values.keys()) {
    // Section 4.1.6.
    if (!known.has(name)) throw new StanzaError('feature-not-implemented')
  }
  return form
}

/** Section 4.1.1. A bare JID stands for all its resources. */
function peerOf(
  text: string | null,
  owner: Person,
  { directory, domain }: Pick<Host, 'directory' | 'domain'>,
): Pick<HistoryQuery, 'peer' | 'peerDevice'> | 'nobody' {
  if (text === null) return {}
  const jid = parseJid(text)
  if (!jid) throw new StanzaError('bad-request', { text: '`with` is no address.' })
  const device = jid.resource === null ? {} : { peerDevice: jid.resource }
  if (jid.domain !== domain) return { peer: outsiderId(jid.bare), ...device }
  const person = directory.find(jid.bare)
  if (!person) return 'nobody'
  return { peer: person.id === owner.id ? null : person.id, ...device }
}

function dateOf(form: Form | null, name: string): number | null {
  const text = valueOf(form, name)
  if (text === null) return null
  const at = parseDateTime(text)
  if (at === null)
    throw new StanzaError('bad-request', { text: `\`${name}\` is no date and time.` })
  return at
}

function valueOf(form: Form | null, name: string): string | null {
  return form?.values.get(name)?.[0] ?? null
}
