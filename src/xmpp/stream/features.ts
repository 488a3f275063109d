import { type Clients } from '../../directory/clients.ts'
import { type Element } from '../../xml/element.ts'
import { escapeAttr, serialize } from '../../xml/serialize.ts'
import { type ChannelBinding } from './channel.ts'
import { offeredForTokens, offeredMechanisms } from './mechanisms.ts'
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

type SignInOffer = {
  readonly binding: ChannelBinding | null
  /** Namespaces that can be asked for while a resource is bound, XEP-0386. */
  readonly inline: readonly string[]
  readonly clients: Pick<Clients, 'isOn'>
}

/** What a client that has not signed in may do: STARTTLS, and where it is safe, sign in. RFC 6120 §5.4.1 and §6.4.1, XEP-0388, XEP-0440. */
export function featuresBefore(options: {
  readonly startTls: 'no' | 'optional' | 'required'
  readonly signIn: SignInOffer | null
}): string {
  const { startTls, signIn } = options
  let xml = ''
  if (startTls !== 'no') {
    xml += `<starttls xmlns='${NS_TLS}'>${startTls === 'required' ? '<required/>' : ''}</starttls>`
  }
  if (!signIn) return xml
  const names = offeredMechanisms(signIn.binding)
  xml += `<mechanisms xmlns='${NS_SASL}'>`
  const mechanisms = names.map((name) => `<mechanism>${name}</mechanism>`).join('')
  xml += `${mechanisms}</mechanisms>`
  xml += `<authentication xmlns='${NS_SASL2}'>${mechanisms}${inline(signIn)}</authentication>`
  if (!signIn.binding) return xml
  const types = signIn.binding.types.map((type) => `<channel-binding type='${type}'/>`)
  return `${xml}<sasl-channel-binding xmlns='${NS_SASL_BINDING}'>${types.join('')}</sasl-channel-binding>`
}

/** What can be asked for together with signing in: XEP-0386 §3.1, XEP-0198 §8, XEP-0484 §3.1. */
function inline({ binding, clients, inline: more }: SignInOffer): string {
  const vars = [NS_CLIENT_STATE, NS_MANAGEMENT, ...more]
  const features = vars.map((ns) => `<feature var='${escapeAttr(ns)}'/>`).join('')
  const bind = `<bind xmlns='${NS_BIND2}'><inline>${features}</inline></bind>`
  const names = offeredForTokens(clients, binding)
  const mechanisms = names.map((name) => `<mechanism>${name}</mechanism>`).join('')
  const fast = names.length === 0 ? '' : `<fast xmlns='${NS_FAST}'>${mechanisms}</fast>`
  return `<inline>${bind}<sm xmlns='${NS_MANAGEMENT}'/>${fast}</inline>`
}

/** What a signed-in client may do: RFC 6120 §7.4, the session of RFC 3921 for old clients, XEP-0198, XEP-0352, and the rest. */
export function featuresAfter(more: readonly Element[]): string {
  const own =
    `<bind xmlns='${NS_BIND}'><required/></bind>` +
    `<session xmlns='${NS_SESSION}'><optional/></session>` +
    `<sm xmlns='${NS_MANAGEMENT}'/><csi xmlns='${NS_CLIENT_STATE}'/>`
  return own + serializeAll(more)
}

/** What is left where a resource was bound at once. */
export function featuresBound(options: {
  readonly isManaged: boolean
  readonly more: readonly Element[]
}): string {
  const management = options.isManaged ? '' : `<sm xmlns='${NS_MANAGEMENT}'/>`
  return `${management}<csi xmlns='${NS_CLIENT_STATE}'/>${serializeAll(options.more)}`
}

function serializeAll(list: readonly Element[]): string {
  return list.map((element) => serialize(element)).join('')
}
