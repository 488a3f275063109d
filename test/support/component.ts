import { hash } from 'node:crypto'
import { type TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { type Element } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type Components, createComponents } from '../../src/xmpp/component/components.ts'
import { type Grants, noGrants } from '../../src/xmpp/component/grants.ts'
import {
  type ComponentSettings,
  defaultComponentSettings,
} from '../../src/xmpp/component/settings.ts'
import { conditionIn, TcpLink } from '../client/link.ts'
import { type Scene, scene } from './scene.ts'

export const componentNs = 'jabber:component:accept'
export const secret = 'correct-horse-battery'

/** People in a scene, and a real port for the components `irc.example` and `sms.example`. */
export type WithComponents = {
  readonly s: Scene
  readonly components: Components
  readonly counted: Record<string, number>
  /** Connected, with our header read; its id is in `id`. */
  readonly open: (domain: string) => Promise<{ readonly link: TcpLink; readonly id: string }>
  /** Past the handshake. */
  readonly connect: (domain: string) => Promise<TcpLink>
  /** Resolves when the server has seen that one is gone. */
  readonly gone: () => Promise<void>
  /** Moves the clock, and lets the streams look at it. */
  readonly pass: (ms: number) => void
}

export async function withComponents(
  t: TestContext,
  names: readonly string[],
  changes: Partial<ComponentSettings> = {},
  grants: Grants = noGrants,
): Promise<WithComponents> {
  const s = await scene(...names)
  const counted: Record<string, number> = {}
  const told = Promise.withResolvers<void>()
  const components = createComponents({
    domain: 'localhost',
    accounts: ['irc.example', 'sms.example'].map((domain) => ({
      domain,
      secret: new Secret(secret),
      grants: domain === 'irc.example' ? grants : noGrants,
    })),
    router: s.router,
    clock: s.time,
    random: systemRandom(),
    log: {
      ...silentLog,
      warn: (event) => void (event === 'component.disconnected' && told.resolve()),
    },
    settings: { ...defaultComponentSettings, sweepMs: 0, closingMs: 200, ...changes },
    events: {
      stanza(_domain, direction) {
        counted[direction] = (counted[direction] ?? 0) + 1
      },
    },
    fatal(error) {
      throw error
    },
  })
  const listener = await components.listen({ bind: '127.0.0.1', port: 0 })
  t.after(async () => {
    listener.close()
    await components.stop()
  })

  async function open(domain: string): Promise<{ readonly link: TcpLink; readonly id: string }> {
    const link = await TcpLink.connect(listener.port)
    link.send(
      `<stream:stream xmlns='${componentNs}' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'>`,
    )
    const header = await link.incoming.next()
    return { link, id: header.attrs['id'] ?? '' }
  }

  return {
    s,
    components,
    counted,
    open,
    async connect(domain) {
      const { link, id } = await open(domain)
      link.send(handshake(id, secret))
      const answer = await link.incoming.next()
      if (answer.name !== 'handshake') throw new Error(`refused: ${serialize(answer)}`)
      return link
    },
    gone: async () => await told.promise,
    pass(ms) {
      s.time.pass(ms)
      components.sweep()
    },
  }
}

export function handshake(id: string, shown: string): string {
  return `<handshake>${hash('sha1', id + shown, 'hex')}</handshake>`
}

/** All that the component has sent is settled. @returns what it was sent before that */
export async function settled(link: TcpLink, domain = 'irc.example'): Promise<Element[]> {
  link.send(
    `<iq type='get' id='settled' from='${domain}' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  const before: Element[] = []
  for (;;) {
    const element = await link.incoming.next()
    if (element.attrs['id'] === 'settled') return before
    before.push(element)
  }
}

/** The condition of the stream error that it ends with. */
export async function failureOf(link: TcpLink): Promise<string> {
  const all = await link.incoming.rest()
  const error = all.find(({ name, ns }) => name === 'error' && ns.endsWith('/streams'))
  return error ? conditionIn(error) : 'no error'
}
