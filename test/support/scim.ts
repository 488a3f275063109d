// The door of provisioning services over HTTP, with the real directory behind it, in memory.
import { createServer } from 'node:http'
import { type TestContext } from 'node:test'
import { addScim, scimPath, scimPermission } from '../../src/api/scim/door.ts'
import { type ApiHost } from '../../src/api/door/route.ts'
import { appOn } from '../../src/server/http.ts'
import { type FakeRecord } from '../fakes/record.ts'
import { fakeApiHost } from '../fakes/api-host.ts'
import { directoryScene, type DirectoryScene } from './api-directory.ts'

type Asked = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
  /** In place of a body of JSON. */
  readonly text?: string
}

export type ScimAnswer = {
  readonly status: number
  readonly headers: { readonly [name: string]: unknown }
  // What a test looks into as it likes.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export type ScimScene = DirectoryScene & {
  readonly host: ApiHost
  /** With the token of the service, unless there is another. */
  readonly ask: (asked: Asked) => Promise<ScimAnswer>
  /** A token of a bot, for that. */
  readonly token: (name: string, ...scopes: string[]) => Promise<string>
  /** Kinds of acts since the last call. */
  readonly acts: () => readonly string[]
}

const by = { commandLine: true } as const

export async function scimScene(
  t: TestContext,
  { perMinute = 10_000, changes = {} }: { perMinute?: number; changes?: Partial<ApiHost> } = {},
): Promise<ScimScene> {
  const people = await directoryScene(t)
  const { directory, time, record } = people
  const newId = ids()
  const host = await fakeApiHost({
    directory,
    now: () => time.now(),
    domain: 'example.org',
    webOrigin: 'https://chat.example.org',
    exports: { verifierKey: '', newId },
    ...changes,
  })
  const app = appOn(createServer())
  await addScim(app, { host, perMinute, clientOf: () => '192.0.2.1' })
  t.after(async () => await app.close())
  const token = async (name: string, ...scopes: string[]): Promise<string> => {
    const address = `${name}@example.org`
    const bot = directory.find(address) ?? (await directory.addBot({ address, by }))
    const wanted = { person: bot.id, name, scopes, days: 1 }
    return (await directory.tokens.make(wanted, by)).secret.reveal()
  }
  const secret = await token('provisioning', scimPermission)
  const ask = async ({ method, path, headers = {}, body, text }: Asked): Promise<ScimAnswer> => {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await app.inject({
      method,
      url: `${scimPath}${path}`,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(payload !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(payload !== undefined && { payload }),
    })
    const said: unknown = answer.payload === '' ? null : JSON.parse(answer.payload)
    return { status: answer.statusCode, headers: answer.headers, body: said }
  }
  return { ...people, host, ask, token, acts: actsOf(record) }
}

function ids(): () => string {
  let n = 0
  return () => String(n++).padStart(32, 'a')
}

function actsOf(record: FakeRecord): ScimScene['acts'] {
  let seen = record.entries.length
  return () => {
    const kinds = record.entries.slice(seen).map(({ kind }) => kind)
    seen = record.entries.length
    return kinds
  }
}

const core = 'urn:ietf:params:scim:schemas:core:2.0'

/** As services make one, with what the test says. */
export function userNamed(userName: string, more: object = {}): object {
  return { schemas: [`${core}:User`], userName, active: true, ...more }
}

export function groupNamed(displayName: string, more: object = {}): object {
  return { schemas: [`${core}:Group`], displayName, ...more }
}

export function changeOf(...operations: object[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: operations,
  }
}
