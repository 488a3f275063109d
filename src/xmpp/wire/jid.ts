// RFC 7622: XMPP address format.
import { ownCopy } from '../../base/own-copy.ts'
import { domainPart } from './domain.ts'
import { opaqueString, usernameCaseMapped } from './precis.ts'

/** An XMPP address, normalized (RFC 7622). Equal addresses have equal `text`. */
export type Jid = {
  readonly local: string | null
  readonly domain: string
  readonly resource: string | null
  /** Without the resource. */
  readonly bare: string
  /** In full. */
  readonly text: string
}

/** RFC 7622 section 3.1: each part has at most 1023 bytes, in UTF-8 and prepared. */
const partBytesMax = 1023
/** Three parts before preparation, which shrinks a character to a third at most. */
const textUnitsMax = 3 * (partBytesMax * 3 + 1)

/** The addresses seen last, by their text as it came: two generations, so that the busy ones stay. */
const cachedMax = 8_192
const cachedUnitsMax = 256
let young = new Map<string, Jid>()
let old = new Map<string, Jid>()

/**
 * Reads an address and prepares its parts.
 *
 * @returns null when it is none
 *
 * @example
 * parseJid('Anna@Example.ORG/Desk')?.text // 'anna@example.org/Desk'
 */
export function parseJid(text: string): Jid | null {
  const cached = young.get(text) ?? old.get(text)
  if (cached) return cached
  if (text.length > textUnitsMax) return null
  if (text.length > cachedUnitsMax) return split(text)
  const own = ownCopy(text)
  const parsed = split(own)
  if (parsed) remember(own, parsed)
  return parsed
}

function split(text: string): Jid | null {
  // RFC 7622 section 3.2: first the resource goes, from the first slash on; then the localpart, up to the first @.
  const slash = text.indexOf('/')
  const bare = slash < 0 ? text : text.slice(0, slash)
  const at = bare.indexOf('@')
  const local = at < 0 ? null : bare.slice(0, at)
  return jid(local, bare.slice(at + 1), slash < 0 ? null : text.slice(slash + 1))
}

/**
 * An address from its parts, which are prepared here.
 *
 * @returns null when one of them is not allowed
 */
export function jid(local: string | null, domain: string, resource: string | null): Jid | null {
  const preparedLocal = local === null ? null : usernameCaseMapped(local)
  const preparedDomain = domainPart(domain)
  const preparedResource = resource === null ? null : opaqueString(resource)
  if (preparedDomain === null || !fits(preparedDomain)) return null
  if (local !== null && (preparedLocal === null || !fits(preparedLocal))) return null
  if (resource !== null && (preparedResource === null || !fits(preparedResource))) return null
  return assemble(preparedLocal, preparedDomain, preparedResource)
}

/** The address without its resource. */
export function bareJid(of: Jid): Jid {
  return of.resource === null ? of : assemble(of.local, of.domain, null)
}

/**
 * The address with this resource, which is prepared here.
 *
 * @returns null when it may not be one
 */
export function withResource(of: Jid, resource: string): Jid | null {
  const prepared = opaqueString(resource)
  return prepared !== null && fits(prepared) ? assemble(of.local, of.domain, prepared) : null
}

/** Whether both are the same address; null is the same as null alone. */
export function equal(one: Jid | null, other: Jid | null): boolean {
  return one === other || (one !== null && other !== null && one.text === other.text)
}

/** From parts that are prepared. */
function assemble(local: string | null, domain: string, resource: string | null): Jid {
  const bare = local === null ? domain : `${local}@${domain}`
  return { local, domain, resource, bare, text: resource === null ? bare : `${bare}/${resource}` }
}

const encoder = new TextEncoder()

function fits(part: string): boolean {
  if (part.length === 0 || part.length > partBytesMax) return false
  return part.length * 3 <= partBytesMax || encoder.encode(part).length <= partBytesMax
}

function remember(text: string, parsed: Jid): void {
  if (young.size >= cachedMax) {
    old = young
    young = new Map()
  }
  young.set(text, parsed)
}
