// XEP-0133: Service Administration, version 1.3.1, sections 4.18 to 4.22
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { type Form } from '../wire/data-form.ts'
import { adminCommand, adminResult, adminStage } from './admin-form.ts'
import { type Command, type Completed } from './command.ts'
import { badPayload } from './errors.ts'
import { type KindOfPeople } from './kinds-of-people.ts'
import { title } from './title.ts'

/** What `none` stands for: addresses that fit into one stanza. */
const listedMax = 2_000
const limits = ['25', '50', '75', '100', '150', '200', 'none']

/** Who the people of a kind are, as many as were asked for. */
export function listUsers(host: Host, kind: KindOfPeople): Command {
  const { name, listNode } = kind
  const kindTitle = title(name)
  const heading = {
    title: `Requesting List of ${kindTitle} Users`,
    instructions: `Fill out this form to request the ${name} users of this service.`,
  }
  const field = {
    name: 'max_items',
    type: 'list-single',
    label: 'Maximum number of items to show',
    options: limits.map((value) => ({ label: value === 'none' ? 'None' : value, value })),
  } as const
  const stage = adminStage(heading, [field], (form) => listed(kind, kind.of(host), limitIn(form)))
  return adminCommand(listNode, `Get List of ${kindTitle} Users`, () => stage)
}

function limitIn({ values }: Form): number {
  const [text = 'none'] = values.get('max_items') ?? []
  if (text === 'none') return listedMax
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (limit > 0) return Math.min(limit, listedMax)
  throw badPayload(`max_items is one of ${limits.join(', ')}.`)
}

function listed(
  { name, listField }: KindOfPeople,
  all: readonly string[],
  limit: number,
): Completed {
  const shown = all.slice(0, limit)
  const label = `The list of ${name} users`
  const form = adminResult([{ name: listField, type: 'jid-multi', label, values: shown }])
  if (shown.length === all.length)
    return { kind: 'completed', form, notes: [{ type: 'info', text: `${all.length} ${name}.` }] }
  const text = `The first ${shown.length} of ${all.length}.`
  return { kind: 'completed', form, notes: [{ type: 'warn', text }] }
}
