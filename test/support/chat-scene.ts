// People at clients, and the same people at the API: one road, one record.
import { hash } from 'node:crypto'
import { type TestContext } from 'node:test'
import { type ApiHost } from '../../src/api/door/route.ts'
import { type Directory, type Person } from '../../src/directory/ports.ts'
import { personId } from '../../src/record/ids.ts'
import { type AskedOverHttp, type HttpAnswer, httpScene, type HttpScene } from './api-http.ts'
import { scene, type Scene } from './scene.ts'

export type ChatScene = {
  readonly s: Scene
  readonly http: HttpScene
  /** As that person, such as `ann`, who has signed in at a page. */
  readonly as: (name: string, asked: AskedOverHttp) => Promise<HttpAnswer>
  readonly get: (name: string, path: string) => Promise<HttpAnswer>
  readonly post: (name: string, path: string, body: object) => Promise<HttpAnswer>
}

/** Those of a scene have no passwords, and sign in at a page all the same. */
function forPages(directory: Directory, bot: string): Directory {
  const address = `${bot}@localhost`
  const shown = (person: Person | null): Person | null =>
    person?.address === address ? { ...person, role: 'bot' } : person
  return {
    ...directory,
    passwordName: (id) => (directory.get(id) ? 'first' : null),
    find: (named) => shown(directory.find(named)),
    get: (id) => shown(directory.get(id)),
  }
}

/** @param names devices that are there: `ann/phone` @param bot who of them is a program */
export async function chatScene(
  t: TestContext,
  names: readonly string[],
  changes: Partial<ApiHost> = {},
  bot = '',
): Promise<ChatScene> {
  return await chatOver(t, await scene(...names), changes, bot)
}

/** The same on a scene that there is already, as after a start. */
export async function chatOver(
  t: TestContext,
  s: Scene,
  changes: Partial<ApiHost> = {},
  bot = '',
): Promise<ChatScene> {
  let ids = 0
  const newId = (): string => `made-up-${(ids += 1)}`
  const http = await httpScene(t, {
    directory: forPages(s.directory, bot),
    now: () => s.time.now(),
    chat: s.router.chat(s.heard),
    exports: { verifierKey: '', newId },
    ...changes,
  })
  const as: ChatScene['as'] = async (name, asked) => {
    const headers = await http.signIn(personId(hash('md5', `${name}@localhost`)))
    const answer = await http.ask({ ...asked, headers: { ...headers, ...asked.headers } })
    await s.settled()
    return answer
  }
  return {
    s,
    http,
    as,
    get: async (name, path) => await as(name, { method: 'GET', path }),
    post: async (name, path, body) => await as(name, { method: 'POST', path, body }),
  }
}
