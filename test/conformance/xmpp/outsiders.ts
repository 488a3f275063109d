// People at another domain: a component (XEP-0114) says what they say, and hears what they are sent. One link serves all cases.
import { el, type Element, type Node } from '../../../src/xml/element.ts'
import { TcpLink } from '../../client/link.ts'
import { componentNs, handshake } from '../../support/component.ts'
import { outsideDomain, outsideSecret, sharedServer } from './server.ts'

/** An address there; what it is sent waits in `next`. */
export type Outsider = {
  readonly address: string
  send(xml: string): void
  readonly next: (patienceMs: number) => Promise<Element | null>
  leave(): void
}

type Ears = { hear(element: Element): void }

let opened: Promise<TcpLink> | null = null
const ears = new Map<string, Ears>()

/** @param local the first part of his address, which nobody else has */
export async function outsider(local: string): Promise<Outsider> {
  const link = await (opened ??= open())
  const address = `${local}@${outsideDomain}`
  const heard: Element[] = []
  let wake: ((element: Element | null) => void) | null = null
  ears.set(address, {
    hear(element) {
      if (wake) wake(element)
      else heard.push(element)
      wake = null
    },
  })
  return {
    address,
    send: (xml) => link.send(xml),
    async next() {
      const first = heard.shift()
      if (first) return first
      return await new Promise((resolve) => (wake = resolve))
    },
    leave() {
      ears.delete(address)
      wake?.(null)
    },
  }
}

async function open(): Promise<TcpLink> {
  const { componentPort } = await sharedServer()
  const link = await TcpLink.connect(componentPort)
  link.send(
    `<stream:stream xmlns='${componentNs}' xmlns:stream='http://etherx.jabber.org/streams' to='${outsideDomain}'>`,
  )
  const { attrs } = await link.incoming.next()
  link.send(handshake(attrs['id'] ?? '', outsideSecret))
  await link.incoming.next()
  void listen(link)
  return link
}

async function listen({ incoming }: TcpLink): Promise<void> {
  for (;;) {
    const element = await incoming.nextOrEnd(600_000)
    if (!element) {
      // The server was started again: the next case opens another one.
      opened = null
      return
    }
    const [bare = ''] = (element.attrs['to'] ?? '').split('/')
    ears.get(bare)?.hear(asClient(element))
  }
}

/** Of `jabber:client`, as patterns are. */
function asClient({ name, ns, attrs, children }: Element): Element {
  const inside = children.map((node: Node): Node =>
    typeof node === 'string' ? node : asClient(node),
  )
  return el(name, ns === componentNs ? 'jabber:client' : ns, attrs, ...inside)
}
