// Each route over all real parts is asked for what its description allows and for what it does not, by nobody, by each role, and by a token: no
// answer is a failure of the server, each is as described, and nobody who may not sees a name.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { type FastifyInstance } from 'fastify'
import { openAlarms } from '../src/alarms/alarms.ts'
import { routes } from '../src/api/door/admin.ts'
import { problem } from '../src/api/contract/shared.ts'
import { csrfHeader, csrfOf } from '../src/api/door/cookies.ts'
import { addApi, apiPath } from '../src/api/door/door.ts'
import { openApiOf, operationId } from '../src/api/door/openapi.ts'
import { type Route } from '../src/api/door/route.ts'
import { systemClock } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { Secret } from '../src/base/secret.ts'
import { type Person } from '../src/directory/ports.ts'
import { type Role, roles } from '../src/directory/roles.ts'
import { createThrottle, defaultThrottle } from '../src/directory/throttle.ts'
import { apiHost } from '../src/server/api-host.ts'
import { leavingOffline } from '../src/server/leaving-offline.ts'
import { appOn } from '../src/server/http.ts'
import { openStorage, type Storage } from '../src/server/storage.ts'
import { drawsOf } from './support/draws.ts'
import { recordFolder } from './support/record-folder.ts'
import { type JsonSchema, schemaOf, valueFor } from './support/schema-draws.ts'
import { systemRandom } from '../src/base/random.ts'

const by = { commandLine: true } as const
/** What nobody but who may has to see: it is in a hold, a token, an invitation and a session of others. */
const canary = 'canary4711'
const rounds = 4

type Asker = {
  readonly name: string
  /** Of somebody who has signed in a moment ago: he may have signed out since. */
  readonly headers: () => Promise<{ readonly [name: string]: string }>
}

const opened = new AsyncDisposableStack()
let app: FastifyInstance
let askers: readonly Asker[]
const problems: string[] = []
/** Routes that have done what they were asked for. */
const done = new Set<string>()

before(async () => {
  const folder = opened.use(recordFolder())
  const outside = { clock: systemClock, random: systemRandom(), log: silentLog, fatal }
  const storage = await openStorage(
    folder.config,
    { ...outside, onFlush() {}, onNewKey() {} },
    opened,
  )
  const throttle = createThrottle(
    { ...defaultThrottle, accountFree: 100_000, addressFree: 100_000 },
    systemClock,
  )
  const log = { ...silentLog, error: (event: string) => void problems.push(event) }
  // A stream ends where it would wait for what comes.
  const audit = { ...storage.audit, pause: async () => await Promise.resolve(false) }
  const alarms = await openAlarms({
    ...outside,
    ...storage,
    store: storage.alarms,
    escalateMs: 1_000,
  })
  alarms.hear('capacity.disk', {})
  const host = apiHost(
    folder.config,
    { ...storage, audit },
    {
      log,
      fatal,
      throttle,
      alarms,
      leaving: leavingOffline(storage, folder.config.domain),
      chat: null,
      deliveries: null,
      running: null,
    },
  )
  app = appOn(createServer())
  opened.defer(async () => await app.close())
  await addApi(app, { host, routes, isTls: false, perMinute: 1_000_000, clientOf: () => '::1' })
  askers = await peopleOf(storage)
})

after(async () => await opened.disposeAsync())

function fatal(error: unknown): never {
  throw error
}

const password = new Secret('four words that nobody tries')

/** Nobody, somebody of each role, and a token of one that has all scopes. */
async function peopleOf({ directory, sessions, management }: Storage): Promise<readonly Asker[]> {
  const add = async (name: string, role: Role): Promise<Person> => {
    const address = `${name}@chat.example`
    if (role === 'bot') return await directory.addBot({ address, by })
    return await directory.add({ address, password, role, by })
  }
  const found: Asker[] = [{ name: 'nobody', headers: async () => await Promise.resolve({}) }]
  for (const role of roles) {
    const { id } = await add(role, role)
    found.push({
      name: role,
      async headers() {
        const { secret } = await sessions.start(id, role)
        const cookie = `onrecord=${secret.reveal()}`
        return { cookie, [csrfHeader]: csrfOf(secret.reveal()) }
      },
    })
  }
  const other = await add(canary, 'legal')
  await sessions.start(other.id, canary)
  const wanted = { person: other.id, name: canary, scopes: ['self.see'], days: 1 }
  await directory.tokens.make(wanted, by)
  const scope = { persons: [other.id], conversations: [], query: null, from: null, until: null }
  await management.holds.place({ by: other.id, name: canary, reason: canary, scope })
  return found
}

const described = schemaOf(openApiOf(routes, apiPath)['paths'])

/** As the description has it, so that what it leaves out shows. */
function operationOf({ method, path }: Route): JsonSchema {
  const inPath = schemaOf(described[path.replaceAll(/:(\w+)/g, '{$1}')])
  return schemaOf(inPath[method.toLowerCase()])
}

function bodySchema(operation: JsonSchema): JsonSchema | null {
  const content = schemaOf(schemaOf(operation['requestBody'])['content'])
  const json = content['application/json']
  return json === undefined ? null : schemaOf(schemaOf(json)['schema'])
}

for (const [n, route] of routes.entries())
  test(`${operationId(route)} answers as it is described, whoever asks whatever`, async () => {
    const operation = operationOf(route)
    assert.equal(operation['operationId'], operationId(route))
    for (const [a, asker] of askers.entries())
      for (let round = 0; round < rounds; round++) {
        const draw = drawsOf(n * 10_000 + a * 100 + round)
        await askOnce(route, { asker, draw, isKind: round % 2 === 0 })
      }
    assert.deepEqual(problems, [])
  })

test('many routes have done something meanwhile', () => {
  assert.ok(done.size > routes.length / 3, [...done].join())
})

async function askOnce(
  route: Route,
  {
    asker,
    draw,
    isKind,
  }: { readonly asker: Asker; readonly draw: (below: number) => number; readonly isKind: boolean },
): Promise<void> {
  const { method, shapes } = route
  const body = bodySchema(operationOf(route))
  const given = body === null ? undefined : valueFor(body, draw, isKind)
  const path = route.path.replaceAll(/:(\w+)/g, () => {
    const value = valueFor({ type: 'string', pattern: draw(2) === 0 ? '\\d' : '' }, draw, isKind)
    return encodeURIComponent(String(value).slice(0, 100)) || 'x'
  })
  const payload = given === undefined ? {} : { payload: JSON.stringify(given) }
  const type = given === undefined ? {} : { 'content-type': 'application/json' }
  const headers = { ...(await asker.headers()), ...type }
  const answer = await app.inject({ method, url: `${apiPath}${path}`, headers, ...payload })
  const what = `${asker.name}: ${method} ${path} ${JSON.stringify(given)} → ${answer.payload}`
  assert.ok(answer.statusCode < 500, what)
  const isStream = String(answer.headers['content-type']).startsWith('text/event-stream')
  const said: unknown = isStream ? null : JSON.parse(answer.payload)
  if (answer.statusCode < 300) {
    done.add(operationId(route))
    assert.equal(isStream, route.isStream, what)
    assert.ok(isStream || shapes.answer.safeParse(said).success, what)
  }
  if (answer.statusCode >= 400) assert.equal(problem.parse(said).status, answer.statusCode, what)
  if (['nobody', 'member', 'guest', 'reviewer'].includes(asker.name))
    assert.ok(!answer.payload.includes(canary), what)
}
