// Lists: filtered, sorted, a page at a time. RFC 7644 section 3.4.2.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { type Filter, matches, parseFilter, pathOf, valuesAt } from './filter.ts'
import { pageMax } from './schemas.ts'
import { type Resource, type Wanted } from './show.ts'

const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const pageDefault = 100
/** What is in the lists of resources of one page, such as members of groups: a page is shorter where they are many. */
const partsMax = 20_000
/** Resources that a filter or an order looks at before others have their turn: people take 0.2 ms. */
const atOnce = 50

const whole = z.coerce.number().int()

export const listQuery = z.object({
  filter: z.string().optional(),
  // Less than 1 is 1, and a count below 0 is 0: sections 3.4.2.4.
  startIndex: whole.default(1),
  count: whole.default(pageDefault),
  sortBy: z.string().max(200).optional(),
  sortOrder: z.string().optional(),
})

export type Listed = z.infer<typeof listQuery> & { readonly asked: Filter | null }

export function listedIn(query: unknown): Listed {
  const found = listQuery.parse(query)
  return { ...found, asked: found.filter === undefined ? null : parseFilter(found.filter) }
}

const names = z.string().max(4_096).optional()
const wantedQuery = z.object({ attributes: names, excludedAttributes: names })

export function wantedIn(query: unknown): Wanted {
  const { attributes, excludedAttributes } = wantedQuery.parse(query)
  return {
    attributes: attributes === undefined ? null : namesIn(attributes),
    excluded: namesIn(excludedAttributes ?? ''),
  }
}

function namesIn(text: string): string[] {
  return text.split(',').flatMap((one) => one.trim().toLowerCase() || [])
}

/** The value of the one thing that is asked for with `eq`, if it is that alone: it can be looked up. */
export function soleValue(asked: Filter | null, name: string): string | null {
  if (asked?.kind !== 'is' || asked.op !== 'eq' || typeof asked.value !== 'string') return null
  return asked.path.length === 1 && asked.path[0] === name ? asked.value : null
}

/** @param whole one of the page, with all that is in it */
export async function pageOf<One>(
  all: readonly One[],
  shown: (one: One) => Resource,
  { listed, whole: show }: { readonly listed: Listed; readonly whole: (one: One) => Resource },
): Promise<Resource> {
  const { asked, sortBy, sortOrder } = listed
  const found = asked === null ? all : await among(all, (one: One) => matches(asked, shown(one)))
  const inOrder = sortBy === undefined ? found : await sorted(found, shown, { sortBy, sortOrder })
  const start = Math.max(1, listed.startIndex)
  const count = Math.min(pageMax, Math.max(0, listed.count))
  const resources: Resource[] = []
  let parts = 0
  for (const one of inOrder.slice(start - 1, start - 1 + count)) {
    const resource = show(one)
    parts += partsOf(resource)
    if (resources.length > 0 && parts > partsMax) break
    resources.push(resource)
  }
  return {
    schemas: [listSchema],
    totalResults: found.length,
    startIndex: start,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

/** Messages have their turn in between. */
async function eachOf<One>(all: readonly One[], look: (one: One) => void): Promise<void> {
  for (const [i, one] of all.entries()) {
    look(one)
    if (i % atOnce === atOnce - 1) await nextTurn()
  }
}

async function among<One>(all: readonly One[], fits: (one: One) => boolean): Promise<One[]> {
  const found: One[] = []
  await eachOf(all, (one) => void (fits(one) && found.push(one)))
  return found
}

function partsOf({ members }: Resource): number {
  return Array.isArray(members) ? members.length : 0
}

async function sorted<One>(
  found: readonly One[],
  shown: (one: One) => Resource,
  { sortBy, sortOrder }: { readonly sortBy: string; readonly sortOrder: string | undefined },
): Promise<readonly One[]> {
  const path = pathOf(sortBy)
  const keyed: { readonly one: One; readonly key: string }[] = []
  await eachOf(found, (one) => {
    keyed.push({ one, key: keyOf(valuesAt(shown(one), path)[0]) })
  })
  // Who has no value is last, and first the other way round: section 3.4.2.3.
  keyed.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
  if (sortOrder?.toLowerCase() === 'descending') keyed.reverse()
  return keyed.map(({ one }) => one)
}

function keyOf(value: unknown): string {
  if (value === undefined) return '\uffff'
  const plain: unknown =
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  return String(plain).toLowerCase()
}

/** A list of all there is of something that is never many. */
export function wholeList(resources: readonly Resource[]): Resource {
  return {
    schemas: [listSchema],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}
