import { request } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import { asHeader } from '../api/door/caller.ts'
import { problem } from '../api/contract/shared.ts'
import { type RequestAnswer, waitingAnswer } from '../api/contract/roles.ts'
import { OperatorError } from '../base/errors.ts'
import { readConfig } from '../server/config.ts'
import { checkFirst, hasRecord, mayMakeRecord } from '../server/new-record.ts'
import { type Call, listOption, settingsSources, textOption } from './command.ts'

/** One act of administration, as the API has it. */
type Act = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: object
}

type Answer = { readonly status: number; readonly body: string }

/** Longest wait for the running server's answer, in ms. */
const answerTimeoutMs = 30_000

/**
 * Has the server do it that runs over the data folder, or does it ourselves when none does.
 *
 * @param first where there is no record yet: what of the first person's coming this is
 * @returns the answer's body
 * @throws {OperatorError} with the API's own sentence when it refused
 */
export async function administer(
  call: Call,
  act: Act,
  first: 'check' | 'add' | 'other' = 'other',
): Promise<unknown> {
  const config = readConfig(settingsSources(call))
  const headers = namedIn(call)
  const answered = await askServer(join(config.data, 'admin.sock'), act, headers)
  if (answered) return bodyOf(answered)
  if (!(await hasRecord(config.data))) {
    mayMakeRecord(config, first)
    if (first === 'check') {
      checkFirst(config, act.body)
      return null
    }
    call.console.err(`A new record is made in ${config.data}, for ${config.domain}.`)
  }
  // Loaded for this alone: it is the whole server.
  const { openOffline } = await import('../server/main.ts')
  await using offline = await openOffline(config, call.console.err)
  return bodyOf(await offline.administer({ ...act, headers }))
}

/** `names`: addresses of those whom a list names by id. */
const listed = z.looseObject({
  next: z.string().nullable(),
  names: z.record(z.string(), z.unknown()).optional(),
})

/**
 * A whole list, page by page, as one answer.
 *
 * @param name of what it is a list of, as its pages have it
 */
export async function administerAll(call: Call, path: string, name: string): Promise<object> {
  const all: unknown[] = []
  const names: { [id: string]: unknown } = {}
  let cursor = ''
  for (;;) {
    const act = { method: 'GET', path: `${path}?limit=1000${cursor}` } as const
    const page = listed.parse(await administer(call, act))
    all.push(...z.array(z.unknown()).parse(page[name]))
    Object.assign(names, page.names)
    if (page.next === null) return { ...page, [name]: all, ...(page.names && { names }) }
    cursor = `&cursor=${encodeURIComponent(page.next)}`
  }
}

/** Whose word it is, as `--as` says. */
function namedIn(call: Call): Readonly<Record<string, string>> {
  const one = textOption(call, 'as')
  const all = one === undefined ? listOption(call, 'as') : [one]
  return all.length === 0 ? {} : { [asHeader]: all.map(encodeURIComponent).join() }
}

/** Where the API has a person. */
export function personPath(address: string): string {
  return `/v1/people/${encodeURIComponent(address)}`
}

function bodyOf({ status, body }: Answer): unknown {
  const parsed: unknown = body === '' ? null : JSON.parse(body)
  const waits = status === 202 ? waitingAnswer.safeParse(parsed) : null
  if (waits?.success === true) throw stillWaits(waits.data)
  if (status < 400) return parsed
  const { code, detail } = problem.parse(parsed)
  throw new OperatorError(code, detail)
}

/** Nothing was done, so that no script goes on as if it were. */
function stillWaits({ waits }: { readonly waits: RequestAnswer }): OperatorError {
  const { id, expires, needs } = waits
  return new OperatorError(
    'approvals.waits',
    `nothing was done yet: it takes ${needs} persons, and waits as ${id} until ${expires}. Another says onrecord approval approve ${id} --as ADDRESS`,
  )
}

/** Null when no server listens there. */
async function askServer(
  socketPath: string,
  { method, path, body }: Act,
  named: Readonly<Record<string, string>>,
): Promise<Answer | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer | null>()
  const sent = body === undefined ? null : Buffer.from(JSON.stringify(body))
  // The length has to be said: Node leaves it out where a method has no body as a rule, such as DELETE.
  const headers =
    sent === null
      ? named
      : { ...named, 'content-type': 'application/json', 'content-length': sent.length }
  const timeout = answerTimeoutMs
  const asked = request({ socketPath, method, path, headers, timeout }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text += chunk))
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
  })
  asked.on('timeout', () => asked.destroy(new Error(`no answer in ${answerTimeoutMs} ms`)))
  asked.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') return resolve(null)
    const text = `The server does not answer at ${socketPath} (${cause.message}): see its log.`
    return reject(new OperatorError('admin.no-answer', text, { cause }))
  })
  asked.end(sent)
  return await promise
}
