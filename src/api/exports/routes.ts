// Exports whose bundles the server makes: how far they are, and who fetches them.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { rightOf } from '../../directory/access/rights.ts'
import { type PersonId } from '../../directory/ports.ts'
import { exportActOf } from '../../discovery/exports/acts.ts'
import { type ExportJob } from '../../discovery/exports/ports.ts'
import { RecordUnreadable } from '../../record/errors.ts'
import { type By, notWithin, officerIn } from '../door/caller.ts'
import { exportsAnswer, fetchAnswer, oneExportAnswer } from '../contract/exports.ts'
import { type About, type Within } from '../door/limits.ts'
import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { shownExport } from './shown.ts'

/** From the act on, the bundle can be fetched for so long, also piece by piece. */
const fetchMs = 3_600_000
const zip = 'application/zip'

const ofExport = z.strictObject({ id: z.string().min(1).max(64) })

export const listExports = route({
  method: 'GET',
  path: '/v1/exports',
  permission: 'content.export',
  summary: 'Exports that the server makes or has made, the oldest first.',
  answer: exportsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  about: () => ({ isScoped: true, isOfMatters: true }),
  async handle({ query, by, within }, host) {
    const seen = host.exportJobs.list().filter((job) => maySee(job, officerIn(by), within))
    const { items, next } = pageOf(seen, query, ({ act }) => orderOf(act))
    const exports = []
    for (const job of items) exports.push(await shownExport(job, host))
    return { status: 200, body: { exports, next } }
  },
})

export const showExport = route({
  method: 'GET',
  path: '/v1/exports/:id',
  permission: 'content.export',
  summary: 'One export: how far it is, and what became of it.',
  answer: oneExportAnswer,
  params: ofExport,
  query: nothing,
  body: nothing,
  about: ({ params }, host) => aboutOf(params, host),
  async handle({ params, by, within }, host) {
    const job = jobAt(params, { by, within }, host)
    return { status: 200, body: { export: await shownExport(job, host) } }
  },
})

export const cancelExport = route({
  method: 'POST',
  path: '/v1/exports/:id/cancel',
  permission: 'content.export',
  summary: 'Calls an export off that is not made yet.',
  answer: oneExportAnswer,
  params: ofExport,
  query: nothing,
  body: nothing,
  about: ({ params }, host) => aboutOf(params, host),
  async handle({ params, by, within }, host) {
    const { id } = jobAt(params, { by, within }, host)
    await host.exportJobs.cancel(id, officerIn(by))
    const job = jobAt(params, { by, within }, host)
    return { status: 200, body: { export: await shownExport(job, host) } }
  },
})

export const askFetch = route({
  method: 'POST',
  path: '/v1/exports/:id/fetches',
  permission: 'content.export',
  summary: 'Puts on record that somebody fetches a bundle, by a stated purpose. Then he can.',
  answer: fetchAnswer,
  params: ofExport,
  query: nothing,
  body: z.strictObject({ purpose: z.string().min(1).max(1_000) }),
  about: ({ params }, host) => aboutOf(params, host),
  async handle({ params, body: { purpose }, by, within }, host) {
    const { id } = jobAt(params, { by, within }, host)
    if (purpose.trim() === '')
      throw new OperatorError('export.no-purpose', 'Say for what purpose: it goes on record.')
    const fetch = await host.exportJobs.noteFetch(id, { by: officerIn(by), purpose })
    const until = new Date(host.now() + fetchMs).toISOString()
    return { status: 201, body: { fetch, until }, headers: { location: `fetches/${fetch}` } }
  },
})

export const fetchExport = route({
  method: 'GET',
  path: '/v1/exports/:id/fetches/:fetch',
  permission: 'content.export',
  summary: 'The bundle, for who has put on record that he fetches it, for an hour from then on.',
  sends: zip,
  answer: nothing,
  params: ofExport.extend({ fetch: z.string().regex(/^\d{1,15}$/, 'is no number') }),
  query: nothing,
  body: nothing,
  about: ({ params }, host) => aboutOf(params, host),
  async handle({ params, by, within }, host) {
    const job = jobAt(params, { by, within }, host)
    const person = officerIn(by)
    await refuseOtherFetch(Number(params.fetch), { job, person }, host)
    const opened = await host.exportJobs.open(job.id)
    if (opened === null || job.end === null)
      throw new OperatorError('export.no-bundle', 'This export has no bundle any more.')
    async function* read(from: number, to: number): AsyncGenerator<Uint8Array> {
      for await (const piece of opened?.read(from, to) ?? []) {
        if (!mayStill(job, person, host)) throw notWithin()
        yield piece
      }
    }
    const { bytes: length, sha256: tag } = job.end
    const disposition = `attachment; filename="export-${job.act}.zip"`
    const close = async (): Promise<void> => await opened.close()
    return {
      status: 200,
      body: null,
      bytes: { length, tag, type: zip, disposition, read, close },
    }
  },
})

function aboutOf({ id }: { readonly id: string }, { exportJobs }: ApiHost): About {
  return { matter: exportJobs.get(id)?.matter ?? null, isScoped: true }
}

/** @throws {OperatorError} for a limited grant the same for what is outside and for what is not there */
function jobAt(
  { id }: { readonly id: string },
  { by, within }: { readonly by: By; readonly within: Within },
  { exportJobs }: ApiHost,
): ExportJob {
  const job = exportJobs.get(id)
  if (job !== null && maySee(job, officerIn(by), within)) return job
  if (within !== null) throw notWithin()
  throw new OperatorError('export.unknown', 'There is no such export: see the list of them.')
}

/** By a limited grant: what he asked for by that grant, as long as he has it. */
function maySee({ by, grant }: ExportJob, person: PersonId, within: Within): boolean {
  return within === null || (by === person && within.some(({ id }) => id === grant))
}

/** Asked for each piece: he may have been suspended meanwhile. */
function mayStill(job: ExportJob, person: PersonId, { directory }: ApiHost): boolean {
  const right = rightOf(directory.get(person), 'content.export', directory)
  return right !== null && maySee(job, person, right.limited)
}

/** @throws {OperatorError} the same for a record that is not there, and one that is something else */
async function refuseOtherFetch(
  position: number,
  { job, person }: { readonly job: ExportJob; readonly person: PersonId },
  { record, ...host }: ApiHost,
): Promise<void> {
  if (position > job.act && position < record.size) {
    try {
      const opened = await record.read(position)
      const { sender, t_server: at, kind } = opened.envelope
      const act = kind === 'export.fetch' ? exportActOf(opened) : null
      const isIts = act?.kind === 'export.fetch' && act.export === job.id
      if (isIts && sender === person && host.now() < at + fetchMs) return
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
    }
  }
  throw new OperatorError(
    'export.no-fetch',
    'You have not put on record within the last hour that you fetch this: ask for a fetch first.',
  )
}
