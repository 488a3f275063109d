import { z } from 'zod'
import { type AuditEntry, type AuditFilter, type AuditScope } from '../../audit/ports.ts'
import { textOf } from '../../audit/entry.ts'
import { type NameOf, sentenceOf } from '../../audit/words.ts'
import { FatalError } from '../../base/errors.ts'
import { rightOf } from '../../directory/access/rights.ts'
import { type LogPosition } from '../../record/types.ts'
import { type By } from '../door/caller.ts'
import { type AuditEntryAnswer, auditAnswer, auditEntry } from '../contract/audit.ts'
import { addressesOf, namedPerson } from '../door/named.ts'
import { type ApiHost, type Listener, nothing, route } from '../door/route.ts'

const positionForm = /^\d{1,15}$/
const position = z
  .string()
  .regex(positionForm, 'is no number: give the position of an act')
  .transform(Number)
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const filters = {
  /** Who did it: an address, an id, or `machine`. */
  by: z.string().min(3).max(3_071).optional(),
  /** Kinds, or what they begin with, with commas between: `person,hold.place`. */
  kind: z.string().min(1).max(500).optional(),
  /** Whom it is about: an address, or an id. */
  about: z.string().min(3).max(3_071).optional(),
  since: time.optional(),
  until: time.optional(),
  purpose: z.string().min(1).max(1_000).optional(),
  matter: z.string().min(1).max(200).optional(),
}
const limit = z
  .string()
  .regex(/^(?:[1-9]\d?|1\d\d|200)$/, 'is not from 1 to 200')
  .transform(Number)
  .default(50)

export const listAudit = route({
  method: 'GET',
  path: '/v1/audit',
  permission: 'audit.see',
  summary:
    'Who did what, newest first. Administrators see acts of administration alone. Looking is an act itself.',
  answer: auditAnswer,
  params: nothing,
  query: z.strictObject({ ...filters, before: position.optional(), limit }),
  body: nothing,
  async handle({ query: { before = null, limit: most, ...asked }, by }, host) {
    const wanted = { ...filterOf(asked, host), scope: scopeOf(by, host) }
    await host.audit.reading.note(by.persons[0] ?? null, 'list')
    const { entries, next } = await host.audit.trail.page(wanted, { before, limit: most })
    return { status: 200, body: { entries: await shown(entries, host), next } }
  },
})

export const streamAudit = route({
  method: 'GET',
  path: '/v1/audit/stream',
  permission: 'audit.see',
  summary:
    'Acts as they come on record, as server-sent events. Each has its position as id: with it as `after` nothing is missed.',
  isStream: true,
  answer: auditEntry,
  params: nothing,
  query: z.strictObject({ ...filters, after: position.optional() }),
  body: nothing,
  async handle({ query: { after, ...asked }, by }, host) {
    const wanted = { ...filterOf(asked, host), scope: scopeOf(by, host) }
    const reader = by.persons[0] ?? null
    await host.audit.reading.note(reader, 'stream')
    const from = after ?? (await host.audit.trail.newest())
    const ended = host.audit.streams.take(reader ?? '')
    return {
      status: 200,
      body: null,
      stream(to) {
        const gone = new AbortController()
        to.onGone(() => {
          gone.abort()
          ended()
        })
        const had = positionForm.test(to.lastId ?? '') ? Number(to.lastId) : from
        tell(to, acts({ from: had, wanted, signal: gone.signal }, host)).catch((error: unknown) => {
          if (error instanceof FatalError) host.fatal(error)
          host.log.error('audit.stream-failed', { error: String(error) })
          to.end()
        })
      },
    }
  },
})

/** A reader that has gone without a word shows when something is written. */
const quietMax = 15

/** Until there is no more, he goes, or may not see it any more: asked about once a second, and before each act. */
async function tell(to: Listener, comes: AsyncGenerator<AuditEntryAnswer | null>): Promise<void> {
  to.send(': here\n\n')
  let quiet = 0
  for await (const act of comes) {
    if (!to.isAdmitted()) break
    const text =
      act === null
        ? ++quiet % quietMax === 0
          ? ': still here\n\n'
          : ''
        : `id: ${act.position}\ndata: ${JSON.stringify(act)}\n\n`
    if (text !== '' && !to.send(text)) break
  }
  to.end()
}

type Followed = {
  readonly from: LogPosition
  readonly wanted: AuditFilter & { readonly scope: AuditScope }
  readonly signal: AbortSignal
}

/** Null: nothing has come for about a second. */
async function* acts(
  { from, wanted, signal }: Followed,
  host: ApiHost,
): AsyncGenerator<AuditEntryAnswer | null> {
  const { audit } = host
  let after = from
  for (let isMore = true; isMore && !signal.aborted;) {
    const end = host.record.size - 1
    if (end > after) {
      for await (const entry of audit.trail.after(after, wanted)) {
        after = entry.position
        yield* await shown([entry], host)
      }
      after = Math.max(after, end)
    }
    yield null
    isMore = await audit.pause(signal)
  }
}

/** What the machine's administrator sees without naming anybody is what administrators see. */
function scopeOf({ persons: [person], caller }: By, { directory }: ApiHost): AuditScope {
  const isMeant = caller.door !== 'token' || caller.scopes.includes('audit.all')
  if (!isMeant || person === undefined) return 'administration'
  const right = rightOf(directory.get(person), 'audit.all', directory)
  return right?.limited === null ? 'all' : 'administration'
}

type Asked = {
  readonly by?: string | undefined
  readonly kind?: string | undefined
  readonly about?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly purpose?: string | undefined
  readonly matter?: string | undefined
}

function filterOf({ by, kind, about, ...rest }: Asked, host: ApiHost): AuditFilter {
  const { since, until, purpose, matter } = rest
  return {
    ...(by !== undefined && { by: by === 'machine' ? by : namedPerson(host, by) }),
    ...(kind !== undefined && { kinds: kind.split(',').map((one) => one.trim()) }),
    ...(about !== undefined && { about: namedPerson(host, about) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(purpose !== undefined && { purpose }),
    ...(matter !== undefined && { matter }),
  }
}

async function shown(
  entries: readonly AuditEntry[],
  host: ApiHost,
): Promise<readonly AuditEntryAnswer[]> {
  const ids = entries.flatMap(({ by, about, approvals, details }) => [
    by,
    textOf(details['room']),
    ...about,
    ...approvals,
  ])
  const names = await addressesOf(host, ids)
  const nameOf: NameOf = (id) => names[id] ?? id
  return entries.map((entry) => ({
    ...entry,
    at: new Date(entry.at).toISOString(),
    by: entry.by === null ? null : nameOf(entry.by),
    about: entry.about.map(nameOf),
    approvals: entry.approvals.map(nameOf),
    sentence: sentenceOf(entry, nameOf),
    details: { ...entry.details },
  }))
}
