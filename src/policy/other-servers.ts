/**
 * How another server proves that it is the one of its domain: by a certificate of an authority for that name, by just one
 * certificate (SHA-256, 64 hex digits), or by dialback (XEP-0220) without a look at its certificate.
 */
export type Proof = 'certificate' | 'dialback' | { readonly sha256: string }

/**
 * What the operator has said about other servers. A pattern is a domain, `*.example.org` for all domains below that, or `*`.
 * Domains as RFC 7622 has them, in lower case.
 */
export type OtherServersSettings = {
  /** Nobody is talked to who is not in here. Empty: there are no other servers. */
  readonly allow: readonly string[]
  /** It wins over `allow`. */
  readonly deny: readonly string[]
  /** Who may talk to these domains: bare addresses, or `role:` and a role. Domains in no pattern are for everybody. */
  readonly people: readonly { readonly domain: string; readonly who: readonly string[] }[]
  readonly proof: readonly { readonly domain: string; readonly by: Proof }[]
}

/** May we talk to that domain, may this person, and how does it prove who it is. */
export type OtherServersPolicy = {
  readonly isOn: boolean
  isAllowed(domain: string): boolean
  mayTalk(person: { readonly address: string; readonly role: string }, domain: string): boolean
  proofOf(domain: string): Proof
}

export function otherServersPolicy(settings: OtherServersSettings): OtherServersPolicy {
  const { allow, deny, people, proof } = settings
  return {
    isOn: allow.length > 0,
    isAllowed: (domain) => isIn(allow, domain) && !isIn(deny, domain),
    mayTalk({ address, role }, domain) {
      const rules = people.filter((rule) => matches(rule.domain, domain))
      if (rules.length === 0) return true
      return rules.some(({ who }) => who.includes(address) || who.includes(`role:${role}`))
    },
    proofOf: (domain) => proof.find((rule) => matches(rule.domain, domain))?.by ?? 'certificate',
  }
}

function isIn(patterns: readonly string[], domain: string): boolean {
  return patterns.some((pattern) => matches(pattern, domain))
}

function matches(pattern: string, domain: string): boolean {
  if (pattern === '*' || pattern === domain) return true
  return pattern.startsWith('*.') && domain.endsWith(pattern.slice(1))
}
