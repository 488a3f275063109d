import { type Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type ChannelBinding } from './channel.ts'
import { offeredMechanisms } from './mechanisms.ts'
import {
  NS_BIND,
  NS_CLIENT_STATE,
  NS_MANAGEMENT,
  NS_SASL,
  NS_SASL_BINDING,
  NS_SESSION,
  NS_TLS,
} from './namespaces.ts'

/** What a client that has not signed in may do: STARTTLS, and where it is safe, sign in. RFC 6120 §5.4.1 and §6.4.1, XEP-0440. */
export function featuresBefore(options: {
  readonly startTls: 'no' | 'optional' | 'required'
  readonly signIn: { readonly binding: ChannelBinding | null } | null
}): string {
  const { startTls, signIn } = options
  let xml = ''
  if (startTls !== 'no') {
    xml += `<starttls xmlns='${NS_TLS}'>${startTls === 'required' ? '<required/>' : ''}</starttls>`
  }
  if (!signIn) return xml
  const names = offeredMechanisms(signIn.binding)
  xml += `<mechanisms xmlns='${NS_SASL}'>`
  for (const name of names) xml += `<mechanism>${name}</mechanism>`
  xml += '</mechanisms>'
  if (!signIn.binding) return xml
  const types = signIn.binding.types.map((type) => `<channel-binding type='${type}'/>`)
  return `${xml}<sasl-channel-binding xmlns='${NS_SASL_BINDING}'>${types.join('')}</sasl-channel-binding>`
}

/** What a signed-in client may do: RFC 6120 §7.4, the session of RFC 3921 for old clients, XEP-0198, XEP-0352, and the rest. */
export function featuresAfter(more: readonly Element[]): string {
  const own =
    `<bind xmlns='${NS_BIND}'><required/></bind>` +
    `<session xmlns='${NS_SESSION}'><optional/></session>` +
    `<sm xmlns='${NS_MANAGEMENT}'/><csi xmlns='${NS_CLIENT_STATE}'/>`
  return own + more.map((element) => serialize(element)).join('')
}
