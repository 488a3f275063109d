import { child, type Element, textOf } from '../../xml/element.ts'
import { type UserAgent } from '../../directory/ports.ts'
import { NS_BIND2, NS_FAST, NS_MANAGEMENT, NS_SASL2 } from './namespaces.ts'

/** UTF-16 units of what a client says of itself that are kept. */
const agentTextMax = 100

/** What a client asks for together with signing in. */
export type Wishes = {
  readonly agent: UserAgent
  /** XEP-0198: `<resume/>` */
  readonly resume: Element | null
  /** XEP-0386: `<bind/>` */
  readonly bind: Element | null
  /** XEP-0484: it says that it signs in with a token, and whether that is the last time. */
  readonly fast: 'no' | 'yes' | 'last'
  /** XEP-0484: the mechanism for which it would like a token. */
  readonly token: string | null
}

const noAgent: UserAgent = { id: null, software: null, device: null }

export const noWishes: Wishes = {
  agent: noAgent,
  resume: null,
  bind: null,
  fast: 'no',
  token: null,
}

/** Software and device as one text; '' where the client says nothing of itself. */
export function agentText({ agent: { software, device } }: Pick<Wishes, 'agent'>): string {
  return [software, device].filter((one) => one !== null).join(', ')
}

/** @param authenticate of XEP-0388 */
export function wishesIn(authenticate: Element): Wishes {
  return {
    agent: agentIn(authenticate),
    resume: child(authenticate, 'resume', NS_MANAGEMENT) ?? null,
    bind: child(authenticate, 'bind', NS_BIND2) ?? null,
    fast: fastIn(authenticate),
    token: child(authenticate, 'request-token', NS_FAST)?.attrs['mechanism'] ?? null,
  }
}

function fastIn(authenticate: Element): Wishes['fast'] {
  const fast = child(authenticate, 'fast', NS_FAST)
  if (!fast) return 'no'
  return ['true', '1'].includes(fast.attrs['invalidate'] ?? '') ? 'last' : 'yes'
}

/** An id that is no UUID is as good as none: others could have the same. */
function agentIn(authenticate: Element): UserAgent {
  const agent = child(authenticate, 'user-agent', NS_SASL2)
  if (!agent) return noAgent
  const { id = '' } = agent.attrs
  const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
  const said = (name: string): string | null => {
    const text = textOf(child(agent, name, NS_SASL2))
      .trim()
      .slice(0, agentTextMax)
    return text === '' ? null : text
  }
  return {
    id: isUuid ? id.toLowerCase() : null,
    software: said('software'),
    device: said('device'),
  }
}
