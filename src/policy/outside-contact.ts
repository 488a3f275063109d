import { type OtherServersPolicy } from './other-servers.ts'
import { type Finding, type Rule } from './rule.ts'

/** Somebody here, as far as the rules for other servers ask. */
export type Insider = { readonly address: string; readonly role: string }

/** Who is where. */
export type Whereabouts = {
  /** Nothing of this server is at that domain. */
  readonly isElsewhere: (domain: string) => boolean
  /** Null where the id is of nobody here. */
  readonly insider: (id: string) => Insider | null
}

/** What is said to or by somebody on another server that is not allowed, or not for this person, is on record alone. */
export function outsideContact(policy: OtherServersPolicy, where: Whereabouts): Rule {
  return ({ kind, sender, wire, members }) => {
    // That something did not get there is said by the server itself.
    if (kind === 'error' && sender === null) return null
    const tag = wire.slice(0, wire.indexOf('>'))
    const domain = [domainOf(tag, 'to'), domainOf(tag, 'from')].find(
      (one) => one !== null && where.isElsewhere(one),
    )
    if (domain === undefined || domain === null) return null
    const people = members.map(where.insider).filter((person) => person !== null)
    return contactRefusal(policy, people, domain)
  }
}

/** Why one of these people may not be in contact with that domain; null: they may. */
export function contactRefusal(
  policy: OtherServersPolicy,
  people: readonly Insider[],
  domain: string,
): Finding | null {
  const found = { kind: 'withhold', rule: 'outside-contact' } as const
  if (!policy.isAllowed(domain)) {
    return { ...found, condition: 'not-allowed', notice: `This server does not talk to ${domain}.` }
  }
  if (people.every((person) => policy.mayTalk(person, domain))) return null
  return {
    ...found,
    condition: 'forbidden',
    notice: `Not everybody here may talk to people at ${domain}: please ask an administrator.`,
  }
}

/** Of an address in the opening tag of a stanza, as the serializer writes it: no quotes and no `>` in attributes. */
export function domainOf(openingTag: string, attribute: 'from' | 'to'): string | null {
  const [, address] = (attribute === 'to' ? toAttr : fromAttr).exec(openingTag) ?? []
  if (address === undefined) return null
  const bare = address.split('/', 1)[0] ?? ''
  return bare.slice(bare.indexOf('@') + 1)
}

const toAttr = / to='([^']*)'/
const fromAttr = / from='([^']*)'/
