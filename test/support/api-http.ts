// The API as it is over HTTP, with what the test sets.
import { createServer } from 'node:http'
import { type TestContext } from 'node:test'
import { routes } from '../../src/api/door/admin.ts'
import { csrfHeader, csrfOf } from '../../src/api/door/cookies.ts'
import { addApi, apiPath, type Door } from '../../src/api/door/door.ts'
import { type ApiHost, type Route } from '../../src/api/door/route.ts'
import { type PersonId } from '../../src/directory/ports.ts'
import { appOn } from '../../src/server/http.ts'
import { fakeApiHost } from '../fakes/api-host.ts'

export type AskedOverHttp = {
  readonly method: Route['method']
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
  /** In place of a body of JSON. */
  readonly form?: { readonly [name: string]: string }
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: { readonly [name: string]: unknown }
  readonly body: { readonly [name: string]: unknown }
  /** Of a problem; '' where it is none. */
  readonly code: string
}

export type HttpScene = {
  readonly host: ApiHost
  readonly ask: (asked: AskedOverHttp) => Promise<HttpAnswer>
  /** What it answers where that is no JSON. */
  readonly text: (asked: Pick<AskedOverHttp, 'path' | 'headers'>) => Promise<string>
  /** @returns the headers of a page where that person has signed in */
  readonly signIn: (person: PersonId) => Promise<{ readonly [name: string]: string }>
}

const formType = 'application/x-www-form-urlencoded'

export async function httpScene(
  t: TestContext,
  changes: Partial<ApiHost>,
  door: Partial<Door> = {},
): Promise<HttpScene> {
  const host = await fakeApiHost(changes)
  const app = appOn(createServer())
  const settings = { host, routes, isTls: false, perMinute: 1_000, clientOf: () => '192.0.2.1' }
  await addApi(app, { ...settings, ...door })
  t.after(async () => await app.close())
  return {
    host,
    async ask({ method, path, headers = {}, body, form }) {
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await app.inject({
        method,
        url: `${apiPath}${path}`,
        headers: { ...type, ...(form && { 'content-type': formType }), ...headers },
        ...payload,
        ...(form && { payload: new URLSearchParams(form).toString() }),
      })
      const isJson = answer.payload !== '' && /json/.test(String(answer.headers['content-type']))
      const said: { [name: string]: unknown } = isJson ? answer.json() : {}
      const code = typeof said['code'] === 'string' ? said['code'] : ''
      return { status: answer.statusCode, headers: answer.headers, body: said, code }
    },
    async text({ path, headers = {} }) {
      return (await app.inject({ method: 'GET', url: `${apiPath}${path}`, headers })).payload
    },
    async signIn(person) {
      const { secret } = await host.sessions.start(person, 'a browser')
      return { cookie: `onrecord=${secret.reveal()}`, [csrfHeader]: csrfOf(secret.reveal()) }
    },
  }
}
