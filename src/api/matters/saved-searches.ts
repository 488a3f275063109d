// Searches that were saved: one's own, and those of a matter, which whoever may search in its name sees and runs.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { noSearch } from '../../discovery/matters/matters.ts'
import { type SavedSearch } from '../../discovery/matters/types.ts'
import { purposeKinds } from '../../discovery/ports.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type By, notWithin, officerIn } from '../door/caller.ts'
import { done, searchAnswer } from '../contract/shared.ts'
import {
  oneSavedSearchAnswer,
  type SavedSearchAnswer,
  savedSearchesAnswer,
} from '../contract/matters.ts'
import { type Within } from '../door/limits.ts'
import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { searched } from '../content/search.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { maySeeMatter, mustBeTheirs } from './shown.ts'

const ofSearch = z.strictObject({ id: z.string().min(1).max(64) })
const purpose = z.string().min(1).max(1_000)

export const listSavedSearches = route({
  method: 'GET',
  path: '/v1/saved-searches',
  permission: 'content.search',
  summary: 'Saved searches: one’s own, and those of matters that one may look at.',
  answer: savedSearchesAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  about: () => ({ isScoped: true, isOfMatters: true }),
  async handle({ query, by, within }, host) {
    const seen = host.matters.searches.list().filter((one) => maySee(one, officerIn(by), within))
    const { items, next } = pageOf(seen, query, ({ position }) => orderOf(position))
    const searches = items.map((one) => shown(one, host))
    return await Promise.resolve({ status: 200, body: { searches, next } })
  },
})

export const saveSearch = route({
  method: 'POST',
  path: '/v1/saved-searches',
  permission: 'content.search',
  summary: 'Saves a search, for oneself or for a matter.',
  answer: oneSavedSearchAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    name: z.string().min(1).max(200),
    query: z.string().max(4_000),
    purpose,
    category: z.enum(purposeKinds).default('other'),
    matter: z.string().min(1).max(200).optional(),
  }),
  about: ({ body: { matter = null } }) => ({ matter, isScoped: true }),
  async handle({ body: { matter = null, ...asked }, by, within }, host) {
    mustBeTheirs(host, matter, within)
    const search = await host.matters.searches.save({ ...asked, matter, owner: officerIn(by) })
    return { status: 201, body: { search: shown(search, host) } }
  },
})

export const dropSearch = route({
  method: 'DELETE',
  path: '/v1/saved-searches/:id',
  permission: 'content.search',
  summary: 'Drops a saved search of one’s own, or of a matter.',
  answer: done,
  params: ofSearch,
  query: nothing,
  body: nothing,
  about: () => ({ isScoped: true, isOfMatters: true }),
  async handle({ params: { id }, by, within }, host) {
    const { owner } = searchAt(id, { by, within }, host)
    if (owner !== officerIn(by) && within !== null)
      throw new OperatorError('search.not-own', 'This is another’s: have its owner drop it.')
    await host.matters.searches.drop(id, officerIn(by))
    return { status: 200, body: {} }
  },
})

export const runSavedSearch = route({
  method: 'POST',
  path: '/v1/saved-searches/:id/run',
  permission: 'content.search',
  summary: 'Runs a saved search, in the name of its matter. It is on record as each search is.',
  answer: searchAnswer,
  params: ofSearch,
  query: nothing,
  body: z.strictObject({
    purpose: purpose.optional(),
    order: z.enum(['newest', 'oldest', 'relevance']).default('newest'),
    limit: z.int().min(1).max(250).default(50),
    after: z.string().max(40).optional(),
    size: z.int().min(0).optional(),
  }),
  about: ({ params: { id } }, { matters }) => ({
    matter: matters.searches.get(id)?.matter ?? null,
    isScoped: true,
  }),
  async handle({ params: { id }, body, by, within }, host) {
    const saved = searchAt(id, { by, within }, host)
    const { query, category, matter } = saved
    const what = { ...body, purpose: body.purpose ?? saved.purpose, query, category }
    const asked = { ...what, ...(matter !== null && { matter }) }
    return { status: 200, body: await searched(asked, { by, within }, host) }
  },
})

/** @throws {OperatorError} for a limited grant the same for what is another's and for what is not there */
function searchAt(
  id: string,
  { by, within }: { readonly by: By; readonly within: Within },
  { matters }: ApiHost,
): SavedSearch {
  const search = matters.searches.get(id)
  if (search !== null && maySee(search, officerIn(by), within)) return search
  throw within === null ? noSearch() : notWithin()
}

function maySee({ matter, owner }: SavedSearch, person: PersonId, within: Within): boolean {
  return matter === null ? owner === person : maySeeMatter(matter, within)
}

function shown(
  { id, name, query, purpose: why, category, matter, owner }: SavedSearch,
  { directory }: ApiHost,
): SavedSearchAnswer {
  const by = directory.get(owner)?.address ?? owner
  return { id, name, query, purpose: why, category, matter, owner: by }
}
