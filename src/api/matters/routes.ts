// Matters: what is looked at, held and exported in the name of a dispute, an inquiry or a request.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type MatterFacts } from '../../discovery/matters/types.ts'
import { notWithin, officerIn } from '../door/caller.ts'
import { mattersAnswer, oneMatterAnswer, shownMatterAnswer } from '../contract/matters.ts'
import { addressesOf, namedPerson } from '../door/named.ts'
import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { maySeeMatter, mustBeKnown, shownMatter } from './shown.ts'

/** Pages of the trail that are looked at for counts: 5,000 rows each. */
const pagesMax = 4
const entriesPerPage = 5_000

const ofMatter = z.strictObject({ name: z.string().min(1).max(200) })

const facts = {
  reference: z.string().max(200).default(''),
  description: z.string().max(4_000).default(''),
  /** Addresses, or ids. */
  people: z.array(z.string().min(3).max(3_071)).max(200).default([]),
}

export const listMatters = route({
  method: 'GET',
  path: '/v1/matters',
  permission: 'matters.see',
  summary: 'The matters that there are and were, the oldest first.',
  answer: mattersAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  about: () => ({ isScoped: true, isOfMatters: true }),
  async handle({ query, within }, host) {
    const seen = host.matters.list().filter(({ name }) => maySeeMatter(name, within))
    const { items, next } = pageOf(seen, query, ({ position }) => orderOf(position))
    const matters = []
    for (const one of items) matters.push(await shownMatter(one, host))
    return { status: 200, body: { matters, next } }
  },
})

export const makeMatter = route({
  method: 'POST',
  path: '/v1/matters',
  permission: 'matters.manage',
  summary: 'Opens a matter. Its name never changes, and no other gets it.',
  answer: oneMatterAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ name: z.string().min(1).max(200), ...facts }),
  async handle({ body: { name, ...asked }, by }, host) {
    const wanted = { name, ...factsOf(asked, host) }
    const matter = await host.matters.open(wanted, officerIn(by))
    return { status: 201, body: { matter: await shownMatter(matter, host) } }
  },
})

export const showMatter = route({
  method: 'GET',
  path: '/v1/matters/:name',
  permission: 'matters.see',
  summary: 'One matter, with what belongs to it and how much was looked at in its name.',
  answer: shownMatterAnswer,
  params: ofMatter,
  query: nothing,
  body: nothing,
  about: ({ params: { name } }) => ({ matter: name, isScoped: true }),
  async handle({ params: { name }, within }, host) {
    if (!maySeeMatter(name, within)) throw notWithin()
    const matter = mustBeKnown(host, name)
    const { holds, exportJobs, matters } = host
    return {
      status: 200,
      body: {
        matter: {
          ...(await shownMatter(matter, host)),
          holds: holds
            .list()
            .filter((one) => one.matter === name)
            .map((one) => ({ id: one.id, name: one.name, isOpen: one.released === null })),
          exports: exportJobs.list().filter((one) => one.matter === name).length,
          savedSearches: matters.searches.list().filter((one) => one.matter === name).length,
          grants: await grantsOf(name, host),
          looks: await looksIn(name, host),
        },
      },
    }
  },
})

export const changeMatter = route({
  method: 'PUT',
  path: '/v1/matters/:name',
  permission: 'matters.manage',
  summary: 'Says anew what is known of a matter, and who works on it.',
  answer: oneMatterAnswer,
  params: ofMatter,
  query: nothing,
  body: z.strictObject(facts),
  async handle({ params: { name }, body, by }, host) {
    const matter = await host.matters.change(name, factsOf(body, host), officerIn(by))
    return { status: 200, body: { matter: await shownMatter(matter, host) } }
  },
})

export const closeMatter = route({
  method: 'POST',
  path: '/v1/matters/:name/close',
  permission: 'matters.manage',
  summary: 'Closes a matter, for good: periods that are counted from its end begin.',
  answer: oneMatterAnswer,
  params: ofMatter,
  query: nothing,
  body: z.strictObject({ reason: z.string().min(1).max(1_000) }),
  async handle({ params: { name }, body: { reason }, by }, host) {
    const matter = await host.matters.alone(name, async () => {
      const open = host.holds.list().filter((one) => one.matter === name && one.released === null)
      const [first] = open
      if (first !== undefined)
        throw new OperatorError(
          'matter.held',
          `${open.length} holds of this matter stand, such as ${first.id}: release them first.`,
        )
      return await host.matters.close(name, reason, officerIn(by))
    })
    // If we stop before this, the next start says it.
    const at = matter.closed?.at ?? host.now()
    await host.retention.note({ event: 'matter', matter: name, at }, by.persons)
    return { status: 200, body: { matter: await shownMatter(matter, host) } }
  },
})

function factsOf(
  { people, ...asked }: Omit<MatterFacts, 'people'> & { readonly people: readonly string[] },
  host: ApiHost,
): MatterFacts {
  return { ...asked, people: people.map((one) => namedPerson(host, one)) }
}

async function grantsOf(
  name: string,
  host: ApiHost,
): Promise<readonly { readonly person: string; readonly role: string }[]> {
  const now = host.now()
  const its = host.directory.access.grants
    .list()
    .filter(({ limits }) => limits.matters.includes(name))
    .filter(({ until }) => until === null || now < until)
  const names = await addressesOf(
    host,
    its.map(({ person }) => person),
  )
  return its.map(({ person, role }) => ({ person: names[person] ?? person, role }))
}

type Looks = {
  readonly searches: number
  readonly records: number
  readonly exports: number
  readonly isWhole: boolean
}

async function looksIn(matter: string, { audit }: ApiHost): Promise<Looks> {
  const wanted = { scope: 'all', matter, kinds: ['search', 'read', 'export'] } as const
  const found = { searches: 0, records: 0, exports: 0 }
  let before: number | null = null
  for (let pages = 0; pages < pagesMax; pages++) {
    const { entries, next }: Awaited<ReturnType<typeof audit.trail.page>> = await audit.trail.page(
      wanted,
      { before, limit: entriesPerPage },
    )
    for (const { kind, details } of entries) {
      const { positions } = details
      if (kind === 'search') found.searches++
      if (kind === 'export') found.exports++
      if (kind === 'read') found.records += Array.isArray(positions) ? positions.length : 0
    }
    if (next === null) return { ...found, isWhole: true }
    before = next
  }
  return { ...found, isWhole: false }
}
