import { type Outbound } from '../../src/intake/outbound.ts'
import { type Element } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type Resource, type Router } from '../../src/xmpp/ports.ts'

/** Sees what streams give, settles it when told to, and remembers. */
export type FakeRouter = Router & {
  readonly stanzas: { readonly stanza: Element; readonly from: Resource }[]
  readonly resources: Resource[]
  readonly gone: { readonly resource: Resource; readonly undelivered: readonly Outbound[] }[]
  readonly cut: { readonly resource: Resource; readonly unconfirmed: readonly Outbound[] }[]
  readonly acknowledged: Outbound[]
  /** What is done with a stanza; at first nothing, and it is settled. */
  handle: (stanza: Element, from: Resource) => Promise<void> | void
  /** Resolves when `condition` holds, after whatever the streams do next. */
  until(condition: () => boolean): Promise<void>
}

export function fakeRouter(): FakeRouter {
  let waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
  const look = (): void => {
    const due = waiting.filter(({ condition }) => condition())
    waiting = waiting.filter((entry) => !due.includes(entry))
    for (const { resolve } of due) resolve()
  }
  const router: FakeRouter = {
    stanzas: [],
    resources: [],
    gone: [],
    cut: [],
    acknowledged: [],
    handle() {},
    pipelines: (stanza) => stanza.name === 'message',
    stanza(stanza, from) {
      router.stanzas.push({ stanza, from })
      const settled = router.handle(stanza, from)
      look()
      return settled
    },
    opened(resource) {
      router.resources.push(resource)
      look()
    },
    confirmed(_resource, out) {
      router.acknowledged.push(out)
      look()
    },
    closed(resource, undelivered) {
      router.gone.push({ resource, undelivered })
      look()
    },
    lost(resource, unconfirmed) {
      router.cut.push({ resource, unconfirmed })
      look()
    },
    bound: async () => await Promise.resolve([]),
    streamFeatures: () => [],
    inlineFeatures: () => [],
    async until(condition) {
      if (condition()) return
      await new Promise<void>((resolve) => waiting.push({ condition, resolve }))
    },
  }
  return router
}

/** The stanzas as text, without their namespace. */
export function written(router: FakeRouter): readonly string[] {
  return router.stanzas.map(({ stanza }) => serialize(stanza, 'jabber:client'))
}
