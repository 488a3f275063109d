import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { Client } from '../../../test/client/client.ts'
import { recordedMessage } from '../../../test/fakes/outbound.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { child, textOf } from '../../xml/element.ts'
import { type Resource } from '../ports.ts'

const sm = 'urn:xmpp:sm:3'

/** `in`: the client sends; `out`: it is sent; `cut`: its connection breaks; `move`: it comes on another one. */
type Step = { readonly kind: 'in' | 'out' | 'read' | 'cut' | 'move'; readonly count: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('in', 'in', 'out', 'out', 'read', 'cut', 'move'),
    count: fc.integer({ min: 1, max: 20 }),
  }),
  { minLength: 5, maxLength: 25 },
)

test('wherever connections are cut, nothing is lost and nothing comes twice, either way', async (t) => {
  const s = await testStreams(t)
  const play = async (script: readonly Step[]): Promise<void> => {
    const ann = await CarefulClient.signIn(s)
    for (const step of script) await ann.play(step)
    await ann.finish()
    assert.deepEqual(ann.got, numbers(ann.told))
    assert.deepEqual(
      s.router.stanzas.map(({ stanza }) => stanza.attrs['id']),
      numbers(ann.sent),
    )
  }
  await fc.assert(fc.asyncProperty(steps, play), { numRuns: 25 })
})

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`)

/** Keeps what it sent until that is acknowledged, and sends it again on the next connection, as XEP-0198 asks. */
class CarefulClient {
  readonly got: string[] = []
  sent = 0
  told = 0
  #acknowledged = 0
  #client: Client
  readonly #streams: TestStreams
  readonly #resource: Resource
  readonly #id: string

  private constructor(streams: TestStreams, client: Client, id: string) {
    this.#streams = streams
    this.#client = client
    this.#id = id
    this.#resource = streams.router.resources[0] ?? assert.fail()
  }

  static async signIn(s: TestStreams): Promise<CarefulClient> {
    s.router.stanzas.length = 0
    s.router.resources.length = 0
    // Records settle in another turn of the event loop.
    s.router.handle = async () => await new Promise((resolve) => setImmediate(resolve))
    const client = await Client.signIn({ user: 'ann', password: 'pw', over: 'plain', port: s.port })
    const enabled = await client.enable(true)
    return new CarefulClient(s, client, enabled.attrs['id'] ?? assert.fail())
  }

  async play({ kind, count }: Step): Promise<void> {
    if (kind === 'in') this.#send(count)
    else if (kind === 'out') await this.#tell(count)
    else if (kind === 'read') await this.#read(Math.min(count, this.told - this.got.length))
    else if (kind === 'cut') await this.#cut()
    else await this.#move()
  }

  #send(count: number): void {
    const first = this.sent
    this.sent += count
    this.#sendFrom(first)
  }

  #sendFrom(first: number): void {
    for (let i = first; i < this.sent; i++) this.#client.send(`<message id='${i}'/>`)
  }

  async #tell(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.#resource.send(await recordedMessage(`${this.told++}`))
  }

  async #read(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const element = await this.#client.next()
      if (element.name === 'a') this.#acknowledged = Number(element.attrs['h'])
      else this.got.push(textOf(child(element, 'body', 'jabber:client')))
    }
  }

  async #connect(): Promise<Client> {
    const { port } = this.#streams
    return await Client.authenticated({ user: 'ann', password: 'pw', over: 'plain', port })
  }

  async #cut(): Promise<void> {
    const handled = this.#client.handled ?? 0
    this.#client.cut()
    const next = await this.#connect()
    this.#goOn(next, await next.resume(this.#id, handled))
  }

  /** While the first connection lives, and with stanzas that settle only after the second has asked for the session. */
  async #move(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { handle } = this.#streams.router
    this.#streams.router.handle = async () => await promise
    this.#send(3)
    const next = await this.#connect()
    const resuming = next.resume(this.#id, this.#client.handled ?? 0)
    await this.#client.link.incoming.rest()
    resolve()
    this.#streams.router.handle = handle
    this.#goOn(next, await resuming)
  }

  #goOn(next: Client, resumed: { readonly attrs: Readonly<Record<string, string>> }): void {
    this.#client = next
    this.#sendFrom(Number(resumed.attrs['h']))
  }

  async finish(): Promise<void> {
    await this.#cut()
    this.#client.send(`<r xmlns='${sm}'/>`)
    while (this.got.length < this.told || this.#acknowledged < this.sent) await this.#read(1)
    this.#client.close()
    const { router } = this.#streams
    await router.until(() => router.gone.some(({ resource }) => resource === this.#resource))
  }
}
