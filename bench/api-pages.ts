// Pages of history over the API: a real server, pinned to one core, and programs with tokens that page through rooms.
// taskset -c 1 node bench/api-pages.ts [--dir DIR] [--prof]   cold: the cache of opened records holds a tenth of them; warm: all
import { mkdtempSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startOnrecord } from './start-onrecord.ts'

const { values } = parseArgs({ options: { dir: { type: 'string' }, prof: { type: 'boolean' } } })
const rooms = 4
const messagesPerRoom = 5_000
const linesPerPage = 50
const readers = 4
const seconds = 10
const port = 26_300
const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'onrecord-api-'))
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
/** A tenth of what 20,000 opened records take. */
const coldCacheBytes = 5_000_000
const warmCacheBytes = 256_000_000

type Asked = {
  readonly method?: string
  readonly path: string
  readonly token?: string
  readonly body?: object
  readonly socketPath?: string
}

async function ask(asked: Asked): Promise<string> {
  const { method = 'GET', path, token, body, socketPath } = asked
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const where =
    socketPath === undefined ? { host: '127.0.0.1', port: port + 1, agent } : { socketPath }
  const made = request({ ...where, method, path, headers }, (response) => {
    let text = ''
    response.setEncoding('latin1')
    response.on('data', (piece: string) => (text += piece))
    response.on('end', () => {
      if ((response.statusCode ?? 500) < 300) resolve(text)
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`))
    })
  })
  made.on('error', reject)
  made.end(body && JSON.stringify(body))
  return await promise
}

async function start(cacheBytes: number): Promise<Awaited<ReturnType<typeof startOnrecord>>> {
  const through = ['taskset', '-c', '0']
  const settings = { ONRECORD_API_PER_MINUTE: '1000000' }
  const prof = values.prof === true ? { nodeOptions: `--cpu-prof --cpu-prof-dir=${dir}/prof` } : {}
  return await startOnrecord({
    dir,
    domain: 'localhost',
    users: 1,
    port,
    cacheBytes,
    through,
    settings,
    ...prof,
  })
}

async function makeToken(): Promise<string> {
  const scopes = ['rooms.see', 'rooms.manage', 'messages.read', 'messages.send']
  const socketPath = join(dir, 'data/admin.sock')
  const path = '/v1/people/u0@localhost/tokens'
  const body = { name: 'bench', scopes, days: 1 }
  const made: { readonly token: string } = JSON.parse(
    await ask({ method: 'POST', path, body, socketPath }),
  )
  return made.token
}

function roomPath(i: number): string {
  return `/api/v1/rooms/bench${i}@conference.localhost`
}

async function fill(token: string): Promise<void> {
  const { rooms: there }: { readonly rooms: readonly object[] } = JSON.parse(
    await ask({ path: '/api/v1/rooms', token }),
  )
  if (there.length >= rooms) return
  const started = performance.now()
  for (let room = 0; room < rooms; room += 1)
    await ask({ method: 'POST', path: '/api/v1/rooms', token, body: { local: `bench${room}` } })
  let next = 0
  const all = rooms * messagesPerRoom
  const say = async (): Promise<void> => {
    for (let i = next++; i < all; i = next++) {
      const text = `Message ${i}: the delivery for the third floor has come, and the papers are signed.`
      await ask({ method: 'POST', path: `${roomPath(i % rooms)}/messages`, token, body: { text } })
    }
  }
  await Promise.all(Array.from({ length: 32 }, say))
  process.stdout.write(
    `said ${Math.round((all * 1_000) / (performance.now() - started))} messages/s\n`,
  )
}

/** Pages through one room after the other until the time is up. */
async function read(token: string, first: number, until: number): Promise<number> {
  let pages = 0
  for (let room = first; ; room += 1) {
    for (let cursor: string | null = ''; cursor !== null;) {
      if (performance.now() > until) return pages
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`
      const path = `${roomPath(room % rooms)}/messages?limit=${linesPerPage}${after}`
      const text = await ask({ path, token })
      cursor = /"next":"([^"]+)"\}$/.exec(text)?.[1] ?? null
      pages += 1
    }
  }
}

/** Processor time that the server has taken, in seconds: Linux counts in hundredths. */
function cpuSeconds(pidFile: string): number {
  const pid = readFileSync(pidFile, 'utf8').trim()
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function measure(
  name: string,
  token: string,
  { warmUpMs, pidFile }: { readonly warmUpMs: number; readonly pidFile: string },
): Promise<void> {
  const run = async (ms: number): Promise<number> => {
    const until = performance.now() + ms
    const counts = await Promise.all(
      Array.from({ length: readers }, async (_, i) => await read(token, i, until)),
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }
  await run(warmUpMs)
  const before = cpuSeconds(pidFile)
  const pages = await run(seconds * 1_000)
  const perPage = ((cpuSeconds(pidFile) - before) * 1_000) / pages
  const rates = `${Math.round(pages / seconds)} pages/s of ${linesPerPage}`
  const cost = `${perPage.toFixed(2)} ms of processor each: ${Math.round(1_000 / perPage)}/s on a core of its own`
  process.stdout.write(`${name}: ${rates}, ${cost}\n`)
}

for (const [name, cacheBytes, warmUpMs] of [
  ['cold', coldCacheBytes, 1_000],
  ['warm', warmCacheBytes, 5_000],
] as const) {
  const server = await start(cacheBytes)
  try {
    const token = await makeToken()
    await fill(token)
    await measure(name, token, { warmUpMs, pidFile: server.pidFile })
  } finally {
    await server.stop()
  }
}
agent.destroy()
