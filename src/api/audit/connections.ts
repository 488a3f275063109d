import { z } from 'zod'
import { appendOr, auditRecord } from '../../audit/reading.ts'
import { officerIn } from '../door/caller.ts'
import { connectionsAnswer } from '../contract/audit.ts'
import { addressesOf, namedPerson } from '../door/named.ts'
import { nothing, route } from '../door/route.ts'

export const listConnections = route({
  method: 'POST',
  path: '/v1/connections/read',
  permission: 'connections.see',
  summary:
    'From where somebody has connected, when and with what, newest first. It takes a purpose, and each look is on record.',
  answer: connectionsAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    /** An address, or an id. */
    person: z.string().min(3).max(3_071),
    purpose: z.string().min(1).max(1_000),
    matter: z.string().min(1).max(200).optional(),
    before: z.number().int().min(0).optional(),
    limit: z.number().int().min(1).max(500).default(100),
  }),
  async handle({ body: { person: named, purpose, matter = null, before, limit }, by }, host) {
    const { connections } = host.audit
    const person = namedPerson(host, named)
    const what = { person, purpose, matter }
    await appendOr(host.record, auditRecord('connections.read', what, officerIn(by)))
    const found = await connections.find({ person, before: before ?? null, limit })
    const names = await addressesOf(
      host,
      found.map((one) => one.person),
    )
    const shown = found.map((one) => ({
      ...one,
      at: new Date(one.at).toISOString(),
      person: one.person && (names[one.person] ?? one.person),
    }))
    const next = found.length < limit ? null : (found.at(-1)?.id ?? null)
    const days = Math.round(connections.keptMs / 86_400_000)
    return { status: 200, body: { connections: shown, next, days } }
  },
})
