import { z } from 'zod'
import { type PersonId } from '../../directory/ports.ts'
import {
  type PurposeKind,
  purposeKinds,
  type SearchPage,
  type SearchRequest,
} from '../../discovery/ports.ts'
import { type SearchAnswer, searchAnswer } from '../contract/shared.ts'
import { type By, officerIn } from '../door/caller.ts'
import { type Within } from '../door/limits.ts'
import { mustBeTheirs } from '../matters/shown.ts'
import { reachOf } from '../door/reach.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

export const search = route({
  method: 'POST',
  path: '/v1/searches',
  permission: 'content.search',
  summary:
    "An officer's search, by a stated purpose. Who looked for what, and was shown what, is on record.",
  answer: searchAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    purpose: z.string().min(1).max(1_000),
    matter: z.string().min(1).max(200).optional(),
    category: z.enum(purposeKinds).default('other'),
    query: z.string().max(4_000),
    order: z.enum(['newest', 'oldest', 'relevance']).default('newest'),
    limit: z.number().int().min(1).max(250).default(50),
    after: z.string().max(40).optional(),
    size: z.number().int().min(0).optional(),
  }),
  about: ({ body: { matter = null } }) => ({ matter, isScoped: true }),
  async handle({ body, by, within }, host) {
    return { status: 200, body: await searched(body, { by, within }, host) }
  },
})

/** What is asked of a search. */
export type SearchAsked = {
  readonly purpose: string
  readonly matter?: string | undefined
  readonly category: PurposeKind
  readonly query: string
  readonly order: SearchRequest['order']
  readonly limit: number
  readonly after?: string | undefined
  readonly size?: number | undefined
}

export async function searched(
  body: SearchAsked,
  { by, within }: { readonly by: By; readonly within: Within },
  host: ApiHost,
): Promise<SearchAnswer> {
  const { directory, discovery } = host
  const { purpose, matter = null, query, order, limit, after = null, size = null } = body
  mustBeTheirs(host, matter, within)
  const access = {
    person: officerIn(by),
    through: by.caller.door === 'machine' ? 'command line' : null,
    purpose,
    matter,
    category: body.category,
    permission: 'content.search',
    within: reachOf(within, directory),
  } as const
  const page = await discovery.search(access, { query, order, limit, after, size })
  const nameOf = (id: PersonId): string => directory.get(id)?.address ?? id
  return answerOf(page, nameOf)
}

export function answerOf(page: SearchPage, nameOf: (id: PersonId) => string): SearchAnswer {
  return {
    ...page,
    items: page.items.map((item) => ({
      ...item,
      at: new Date(item.at).toISOString(),
      from: item.sender === null ? null : nameOf(item.sender),
      texts: item.texts.map(({ text, highlights }) => ({ text, highlights: [...highlights] })),
      files: [...item.files],
    })),
    unreadable: [...page.unreadable],
  }
}
