// XEP-0163 section 4.2, XEP-0060 section 9.2: what a device wants to be notified of, by `+notify` in its capabilities (XEP-0115).
import { lru } from '../../base/lru.ts'
import { child, el, type Element, elements } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { type Session } from '../accounts.ts'
import { capsHash } from '../features/caps-hash.ts'
import { ns } from '../wire/names.ts'
import { nameUnitsMax } from './limits.ts'
import { isInternal } from './names.ts'

const NS_CAPS = 'http://jabber.org/protocol/caps'
/** Of one device. */
const interestsMax = 200
/** Capabilities that are known by their hash, with their interests: 200 of 1,023 characters at the worst. */
const hashesKept = 2_000

const nothing: ReadonlySet<string> = new Set()

/** What the devices that are there want to hear of. */
export type Interests = {
  of(session: Session): ReadonlySet<string>
  /** A device's presence. Resolves with the nodes that are new to it, once it has said what it can do. */
  update(session: Session): Promise<readonly string[]>
}

/** @param ask a request of the server to a device; null without an answer */
export function createInterests(
  ask: (session: Session, request: Element) => Promise<Element | null>,
): Interests {
  const bySession = new WeakMap<Session, ReadonlySet<string>>()
  const asked = new WeakMap<Session, string>()
  const byHash = lru<string, ReadonlySet<string>>({ costMax: hashesKept })

  async function find(session: Session, caps: Element): Promise<ReadonlySet<string>> {
    const { hash, node = '', ver = '' } = caps.attrs
    // Before version 1.4 of XEP-0115 there was no hash: nothing is known of others by such a `ver`.
    const isHash = hash === 'sha-1'
    const known = isHash ? byHash.get(ver) : undefined
    if (known) return known
    const info = await ask(session, el('query', ns.discoInfo, { node: `${node}#${ver}` }))
    if (!info) return nothing
    const found = interestsIn(info)
    // Section 5.4: what does not fit its hash says nothing of other devices.
    if (isHash && capsHash(info) === ver) byHash.set(ver, found)
    return found
  }

  return {
    of: (session) => bySession.get(session) ?? nothing,
    async update(session) {
      const caps = capsOf(session)
      const key = caps ? `${caps.attrs['node'] ?? ''}#${caps.attrs['ver'] ?? ''}` : ''
      if (asked.get(session) === key) return []
      asked.set(session, key)
      const found = caps ? await find(session, caps) : nothing
      // The device has changed its mind meanwhile: what it said last counts.
      if (session.isClosed || asked.get(session) !== key) return []
      const before = bySession.get(session) ?? nothing
      bySession.set(session, found)
      return [...found].filter((name) => !before.has(name))
    },
  }
}

function capsOf({ presence }: Session): Element | null {
  if (!presence?.wire.includes(NS_CAPS)) return null
  const limits = { ...defaultXmlLimits, stanzaBytesMax: Number.MAX_SAFE_INTEGER }
  return child(parseFrame(presence.wire, limits), 'c', NS_CAPS) ?? null
}

function interestsIn(info: Element): ReadonlySet<string> {
  const suffix = '+notify'
  const names = elements(info)
    .filter(({ name, ns: of }) => name === 'feature' && of === ns.discoInfo)
    .map(({ attrs }) => attrs['var'] ?? '')
    .filter((name) => name.endsWith(suffix) && name.length <= nameUnitsMax + suffix.length)
    .map((name) => name.slice(0, -suffix.length))
    .filter((name) => !isInternal(name))
  return new Set(names.slice(0, interestsMax))
}
