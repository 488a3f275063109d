import { z } from 'zod'
import { OperatorError } from '../base/errors.ts'
import { endsOf, exportRecord, scopeOf } from '../discovery/bundle/act.ts'
import { type FirstIn, timeRange } from '../discovery/bundle/time-range.ts'
import { directConversation, roomConversation } from '../intake/conversation.ts'
import { conversationId } from '../record/ids.ts'
import { type ConversationId } from '../record/types.ts'
import { officerIn } from './caller.ts'
import { type MadeExport, madeExport } from './contract.ts'
import { namedPerson } from './named.ts'
import { type ApiHost, nothing, route } from './route.ts'

const address = z.string().min(3).max(3_071)
const position = z.number().int().min(0)
const hexId = z.string().regex(/^[0-9a-f]{32}$/, 'is no id: give its 32 hex digits')

const body = z.strictObject({
  purpose: z.string().min(1).max(1_000),
  matter: z.string().min(1).max(200).optional(),
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
})

export const makeExport = route({
  method: 'POST',
  path: '/v1/exports',
  permission: 'content.export',
  summary: 'Puts an export on record. Then, and not before, its bundle can be made.',
  answer: madeExport,
  params: nothing,
  query: nothing,
  body,
  async handle({ body: asked, by }, host) {
    const { exports, record } = host
    const scope = scopeOf({
      positions: asked.positions ?? null,
      time: asked.time ?? null,
      conversations: await conversationsOf(asked, host),
      persons: asked.persons?.map((one) => namedPerson(host, one)) ?? null,
      mask: asked.mask ?? [],
      withhold: asked.withhold ?? [],
    })
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
      scope,
      range: await timeRange(scope, { size, now: host.now(), firstIn }),
      ends: endsOf(scope, record.counts),
      key: exports.verifierKey,
    } as const
    const { position: act } = await record.append(exportRecord(content))
    return { status: 201, body: { act, id: content.id } satisfies MadeExport }
  },
})

type Asked = z.infer<typeof body>

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
