import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { endsOf, scopeOf } from '../../discovery/bundle/act.ts'
import { type FirstIn, timeRange } from '../../discovery/bundle/time-range.ts'
import { type BundleScope } from '../../discovery/bundle/ports.ts'
import { purposeKinds } from '../../discovery/ports.ts'
import { directConversation, roomConversation } from '../../intake/conversation.ts'
import { conversationId } from '../../record/ids.ts'
import { type ConversationId, type PersonId } from '../../record/types.ts'
import { isWanted } from '../approvals/second.ts'
import { notWithin, officerIn } from '../door/caller.ts'
import { type MadeExport, madeExport } from '../contract/exports.ts'
import { shownExport } from '../exports/shown.ts'
import { type Within } from '../door/limits.ts'
import { mustBeTheirs } from '../matters/shown.ts'
import { namedPerson } from '../door/named.ts'
import { boundOf } from '../door/reach.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

const address = z.string().min(3).max(3_071)
const position = z.number().int().min(0)
const hexId = z.string().regex(/^[0-9a-f]{32}$/, 'is no id: give its 32 hex digits')

const body = z.strictObject({
  purpose: z.string().min(1).max(1_000),
  matter: z.string().min(1).max(200).optional(),
  category: z.enum(purposeKinds).default('other'),
  positions: z.strictObject({ from: position, to: position }).optional(),
  /** ms since 1970 */
  time: z.strictObject({ from: position.nullable(), until: position.nullable() }).optional(),
  conversations: z.array(hexId).max(1_000).optional(),
  rooms: z.array(address).max(1_000).optional(),
  /** Pairs of people. */
  between: z
    .array(z.tuple([address, address]))
    .max(1_000)
    .optional(),
  persons: z.array(address).max(1_000).optional(),
  mask: z.array(z.number().int().min(0).max(255)).max(16).optional(),
  withhold: z
    .array(z.strictObject({ from: position, to: position, reason: z.string().min(1).max(1_000) }))
    .max(10_000)
    .optional(),
  /** False: whoever asks makes the bundle himself, at the machine. */
  make: z.boolean().default(true),
})

export const makeExport = route({
  method: 'POST',
  path: '/v1/exports',
  permission: 'content.export',
  summary:
    'Puts an export on record. Then, and not before, its bundle is made: by the server, or with `make` false at the machine.',
  answer: madeExport,
  params: nothing,
  query: nothing,
  body,
  about: ({ body: { matter = null } }) => ({ matter, isScoped: true }),
  async second({ body: asked, by }, host) {
    mustBeTheirs(host, asked.matter ?? null, by.limited)
    if (!isWanted(host, 'export')) return null
    // An address may be another's by then.
    const seen = by.limited === null ? await namedIn(asked, host) : null
    return { act: 'export', needs: 2, words: wordsOf(asked), reason: asked.purpose, seen }
  },
  async handle({ body: asked, by, within }, host) {
    const { exports, record } = host
    mustBeTheirs(host, asked.matter ?? null, within)
    const { grant = null, ...what } =
      within === null ? await namedIn(asked, host) : await reached(asked, within, host)
    const { positions = null, time = null, mask = [], withhold = [] } = asked
    const scope = scopeOf({ positions, time, mask, withhold, ...what })
    await record.integrated(record.size)
    const firstIn: FirstIn = async (from, to) => {
      for await (const { position: first, envelope } of record.each({ from, to }))
        return { position: first, at: envelope.t_server }
      return null
    }
    const { size } = record
    const content = {
      v: 1,
      id: exports.newId(),
      by: officerIn(by),
      purpose: asked.purpose,
      matter: asked.matter ?? null,
      category: asked.category,
      scope,
      range: await timeRange(scope, { size, now: host.now(), firstIn }),
      ends: endsOf(scope, record.counts),
      key: exports.verifierKey,
      ...(grant !== null && { grant }),
      ...(asked.make && { keeps: true as const }),
    } as const
    const act = await host.exportJobs.ask(content)
    const { id } = content
    const job = host.exportJobs.get(id)
    if (job === null) return { status: 201, body: { act, id } satisfies MadeExport }
    const made: MadeExport = { act, id, export: await shownExport(job, host) }
    return { status: 202, body: made, headers: { location: `exports/${id}` } }
  },
})

type Asked = z.infer<typeof body>
/** For who decides. */
function wordsOf({
  matter,
  conversations = [],
  rooms = [],
  between = [],
  persons = [],
  time,
}: Asked): string {
  const parts = [
    ...rooms.map((one) => `room ${one}`),
    ...conversations.map((one) => `conversation ${one}`),
    ...between.map((pair) => `between ${pair.join(' and ')}`),
    ...persons.map((one) => `person ${one}`),
    ...(time === undefined
      ? []
      : [`time ${time.from ?? 'the beginning'} to ${time.until ?? 'now'}`]),
  ]
  const what = parts.length === 0 ? 'everything' : parts.join(', ')
  return `Export ${what}${matter === undefined ? '' : `, for the matter ${matter}`}`
}

type Named = Pick<BundleScope, 'conversations' | 'persons'> & { readonly grant?: string }

async function namedIn(asked: Asked, host: ApiHost): Promise<Named> {
  return {
    conversations: await conversationsOf(asked, host),
    persons: asked.persons?.map((one) => namedPerson(host, one)) ?? null,
  }
}

/**
 * What a limited grant reaches of what is asked for: one grant has to have all of it. What is not named is filled in with what the grant has.
 *
 * @throws {OperatorError} the same for what is outside and for what is not there
 */
async function reached(asked: Asked, within: NonNullable<Within>, host: ApiHost): Promise<Named> {
  const { conversations, persons } = await orOutside(asked, host)
  for (const grant of within) {
    const bound = boundOf(grant, host.directory)
    // A bundle says how much each person has said in all, and that is not for who has some rooms of it.
    if (bound.persons !== null && bound.conversations !== null) continue
    // What people of office have done would be in it, too.
    const mayBe = bound.persons?.filter((id) => isNoOfficer(id, host)) ?? null
    const [rooms, whose] = [covered(conversations, bound.conversations), covered(persons, mayBe)]
    if (rooms !== undefined && whose !== undefined)
      return { conversations: rooms, persons: whose, grant: grant.id }
  }
  throw notWithin()
}

async function orOutside(asked: Asked, host: ApiHost): Promise<Named> {
  try {
    return await namedIn(asked, host)
  } catch (error) {
    if (error instanceof OperatorError) throw notWithin()
    throw error
  }
}

/** @returns undefined when something is outside; null: there is no bound, and nothing was named */
function covered<Id extends string>(
  asked: readonly Id[] | null,
  bound: readonly Id[] | null,
): readonly Id[] | null | undefined {
  if (bound === null || asked === null) return asked ?? bound
  return asked.every((id) => bound.includes(id)) ? asked : undefined
}

function isNoOfficer(id: PersonId, { directory }: ApiHost): boolean {
  const role = directory.get(id)?.role
  return role === 'member' || role === 'guest'
}

/** Null where no conversation was named. */
async function conversationsOf(
  { conversations, rooms, between }: Asked,
  host: ApiHost,
): Promise<readonly ConversationId[] | null> {
  if (conversations === undefined && rooms === undefined && between === undefined) return null
  const found = (conversations ?? []).map(conversationId)
  for (const room of rooms ?? []) {
    const id = await host.findRoom(room.toLowerCase())
    if (id === null) throw new OperatorError('export.no-room', `No room has the address ${room}.`)
    found.push(roomConversation(id))
  }
  for (const [one, other] of between ?? [])
    found.push(directConversation(namedPerson(host, one), namedPerson(host, other)))
  return found
}
