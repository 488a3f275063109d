// The API over HTTP and all real parts behind it, in a folder that goes with the test.
import { createServer } from 'node:http'
import { type TestContext } from 'node:test'
import { openAlarms } from '../../src/alarms/alarms.ts'
import { adminApi, routes } from '../../src/api/door/admin.ts'
import { asHeader } from '../../src/api/door/caller.ts'
import { csrfHeader, csrfOf } from '../../src/api/door/cookies.ts'
import { addApi, apiPath } from '../../src/api/door/door.ts'
import { type ApiHost, type Route } from '../../src/api/door/route.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { type Person, type Role } from '../../src/directory/ports.ts'
import { createThrottle, defaultThrottle } from '../../src/directory/throttle.ts'
import { apiHost } from '../../src/server/api-host.ts'
import { type Config } from '../../src/server/config.ts'
import { appOn } from '../../src/server/http.ts'
import { leavingOffline } from '../../src/server/leaving-offline.ts'
import { openStorage, type Storage } from '../../src/server/storage.ts'
import { recordFolder } from './record-folder.ts'

export type Answered = {
  readonly status: number
  /** Of a problem; '' where it is none. */
  readonly code: string
  readonly body: { readonly [name: string]: unknown }
  readonly text: string
  readonly headers: { readonly [name: string]: unknown }
  readonly bytes: Uint8Array
}

type Asked = {
  readonly method: Route['method']
  readonly path: string
  readonly body?: object
  readonly headers?: { readonly [name: string]: string }
}

export type StorageScene = {
  readonly config: Config
  readonly storage: Storage
  readonly host: ApiHost
  readonly add: (name: string, role?: Role) => Promise<Person>
  /** Over HTTP, signed in. */
  readonly ask: (who: Person, asked: Asked) => Promise<Answered>
  /** At the machine, where these are named. */
  readonly askThere: (named: readonly Person[], asked: Asked) => Promise<Answered>
  /** Everything that is on record can be found from now on. */
  readonly findable: () => Promise<void>
}

export async function storageScene(
  t: TestContext,
  changes: Partial<Config> = {},
): Promise<StorageScene> {
  const opened = new AsyncDisposableStack()
  t.after(async () => await opened.disposeAsync())
  const config = { ...opened.use(recordFolder()).config, ...changes }
  const outside = { clock: systemClock, random: systemRandom(), log: silentLog, fatal }
  const storage = await openStorage(config, { ...outside, onFlush() {}, onNewKey() {} }, opened)
  const throttle = createThrottle(defaultThrottle, systemClock)
  const alarms = await openAlarms({
    ...outside,
    ...storage,
    store: storage.alarms,
    escalateMs: 1_000,
  })
  const leaving = leavingOffline(storage, config.domain)
  const others = {
    log: silentLog,
    fatal,
    throttle,
    alarms,
    leaving,
    chat: null,
    deliveries: null,
    running: null,
  }
  const host = apiHost(config, storage, others)
  const app = appOn(createServer())
  const machine = adminApi(host)
  opened.defer(async () => await app.close())
  opened.defer(async () => await machine.close())
  await addApi(app, { host, routes, isTls: false, perMinute: 1_000_000, clientOf: () => '::1' })
  const { directory, sessions, record, search } = storage
  search.start()
  return {
    config,
    storage,
    host,
    add: async (name, role = 'member') =>
      await directory.add({
        address: `${name}@chat.example`,
        password: new Secret(`the password of ${name}`),
        role,
        by: { commandLine: true },
      }),
    async ask({ id }, { method, path, body, headers: also = {} }) {
      const { secret } = await sessions.start(id, 'a browser')
      const cookie = `onrecord=${secret.reveal()}`
      const csrf = csrfOf(secret.reveal())
      const headers = { cookie, [csrfHeader]: csrf, ...typeOf(body), ...also }
      const payload = body && { payload: JSON.stringify(body) }
      return answered(await app.inject({ method, url: `${apiPath}${path}`, headers, ...payload }))
    },
    async askThere(named, { method, path, body }) {
      const all = named.map(({ address }) => encodeURIComponent(address)).join()
      const headers = { ...(named.length > 0 && { [asHeader]: all }), ...typeOf(body) }
      const payload = body && { payload: JSON.stringify(body) }
      return answered(await machine.inject({ method, url: path, headers, ...payload }))
    },
    async findable() {
      await record.integrated(record.size)
      await record.shedding.signed(record.size)
    },
  }
}

function fatal(error: unknown): never {
  throw error
}

function typeOf(body: object | undefined): { readonly [name: string]: string } {
  return body === undefined ? {} : { 'content-type': 'application/json' }
}

function answered({
  statusCode,
  payload,
  rawPayload: bytes,
  headers,
}: {
  readonly statusCode: number
  readonly payload: string
  readonly rawPayload: Buffer
  readonly headers: { readonly [name: string]: unknown }
}): Answered {
  const isJson = payload !== '' && /json/.test(String(headers['content-type']))
  const body: { [name: string]: unknown } = isJson ? JSON.parse(payload) : {}
  const code = typeof body['code'] === 'string' ? body['code'] : ''
  return { status: statusCode, code, body, text: payload, headers, bytes }
}
