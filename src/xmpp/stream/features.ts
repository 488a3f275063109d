import { type Clients } from '../../directory/clients.ts'
import { type Directory, type Invitations } from '../../directory/ports.ts'
import { escapeAttr, serialize } from '../../xml/serialize.ts'
import { type Router } from '../ports.ts'
import { type ChannelBinding } from './channel.ts'
import { registeringXml } from './registering.ts'
import { type Line, offeredForTokens, offeredMechanisms } from './mechanisms.ts'
import {
  NS_BIND,
  NS_BIND2,
  NS_CLIENT_STATE,
  NS_FAST,
  NS_MANAGEMENT,
  NS_SASL,
  NS_SASL2,
  NS_SASL_BINDING,
  NS_SESSION,
  NS_TLS,
} from './namespaces.ts'

/** Writes stream features. They are the same for all connections of a kind, so that each text is made once. */
export type Features = {
  /**
   * What a client that has not signed in may do: STARTTLS, and where it is safe, sign in. RFC 6120 §5.4.1 and §6.4.1,
   * XEP-0388, XEP-0440.
   *
   * @param options `signIn`: null where it may not
   */
  before(options: {
    readonly startTls: 'no' | 'optional' | 'required'
    readonly signIn: Line | null
  }): string
  /** What a signed-in client may do: RFC 6120 §7.4, the session of RFC 3921 for old clients, XEP-0198, XEP-0352, and the rest. */
  after(): string
  /** What is left where a resource was bound at once. */
  bound(options: { readonly isManaged: boolean }): string
}

export function createFeatures(
  router: Pick<Router, 'streamFeatures' | 'inlineFeatures'>,
  clients: Pick<Clients, 'isOn'>,
  directory: Pick<Directory, 'isPlainOnly'> & {
    readonly invitations: Pick<Invitations, 'mode' | 'areThere'>
  },
): Features {
  const { invitations } = directory
  /** What may be bound to is one of a few lists of types, so there are few texts. */
  const signIns = new Map<string, string>()

  function signInXml(line: Line): string {
    const { binding, isConfidential } = line
    const key = `${isConfidential} ${binding ? binding.types.join(' ') : 'nothing'}`
    const known = signIns.get(key)
    if (known !== undefined) return known
    const made = offer(line, { inline: router.inlineFeatures(), clients, directory })
    signIns.set(key, made)
    return made
  }

  const more = router.streamFeatures().map((element) => serialize(element))
  const last = `<csi xmlns='${NS_CLIENT_STATE}'/>${more.join('')}`
  const managed = `<sm xmlns='${NS_MANAGEMENT}'/>${last}`
  const all =
    `<bind xmlns='${NS_BIND}'><required/></bind>` +
    `<session xmlns='${NS_SESSION}'><optional/></session>${managed}`

  return {
    before({ startTls, signIn }) {
      const offered = signIn ? signInXml(signIn) + registeringXml(invitations) : ''
      if (startTls === 'no') return offered
      const required = startTls === 'required' ? '<required/>' : ''
      return `<starttls xmlns='${NS_TLS}'>${required}</starttls>${offered}`
    },
    after: () => all,
    bound: ({ isManaged }) => (isManaged ? last : managed),
  }
}

type Inline = {
  /** Namespaces that can be asked for while a resource is bound, XEP-0386. */
  readonly inline: readonly string[]
  readonly clients: Pick<Clients, 'isOn'>
  readonly directory: Pick<Directory, 'isPlainOnly'>
}

function offer(line: Line, more: Inline): string {
  const { binding } = line
  const mechanisms = listed(offeredMechanisms(line, more.directory))
  const inside = `${mechanisms}${inlineXml(binding, more)}`
  const xml =
    `<mechanisms xmlns='${NS_SASL}'>${mechanisms}</mechanisms>` +
    `<authentication xmlns='${NS_SASL2}'>${inside}</authentication>`
  if (!binding) return xml
  const types = binding.types.map((type) => `<channel-binding type='${type}'/>`)
  return `${xml}<sasl-channel-binding xmlns='${NS_SASL_BINDING}'>${types.join('')}</sasl-channel-binding>`
}

/** What can be asked for together with signing in: XEP-0386 §3.1, XEP-0198 §8, XEP-0484 §3.1. */
function inlineXml(binding: ChannelBinding | null, { inline, clients }: Inline): string {
  const vars = [NS_CLIENT_STATE, NS_MANAGEMENT, ...inline]
  const features = vars.map((ns) => `<feature var='${escapeAttr(ns)}'/>`).join('')
  const bind = `<bind xmlns='${NS_BIND2}'><inline>${features}</inline></bind>`
  const names = offeredForTokens(clients, binding)
  const fast = names.length === 0 ? '' : `<fast xmlns='${NS_FAST}'>${listed(names)}</fast>`
  return `<inline>${bind}<sm xmlns='${NS_MANAGEMENT}'/>${fast}</inline>`
}

function listed(mechanisms: readonly string[]): string {
  return mechanisms.map((name) => `<mechanism>${name}</mechanism>`).join('')
}
