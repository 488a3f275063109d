/** What a rule looks at: a message as it is, or was, accepted. Plain data, so that rules can be replayed over the archive. */
export type Facts = {
  readonly kind: string
  /** Ids of persons. */
  readonly sender: string | null
  readonly members: readonly string[]
  /** Part 1 of the record. */
  readonly content: string
  /** Part 2: the stanza, as our serializer writes it. */
  readonly wire: string
}

/**
 * What a rule found. `refuse`: the record could not keep what was said, and has no more than that it was tried. `withhold`: it is on
 * record, and nobody gets it. `notice` is a sentence that the sender is shown.
 */
export type Finding = {
  readonly kind: 'refuse' | 'withhold'
  readonly rule: string
  readonly notice: string
  /** What the sender's program is told, in words of RFC 6120 §8.3.3; `policy-violation` where it is absent. */
  readonly condition?: 'forbidden' | 'not-allowed'
}

export type Verdict = Finding | { readonly kind: 'allow' }

/** Null where the rule has nothing against it. */
export type Rule = (facts: Facts) => Finding | null

const allow: Verdict = { kind: 'allow' }

/** A refusal wins over all else; of several findings of one kind the first rule's counts. */
export function decide(rules: readonly Rule[], facts: Facts): Verdict {
  let verdict = allow
  for (const rule of rules) {
    const finding = rule(facts)
    if (finding === null) continue
    if (finding.kind === 'refuse') return finding
    if (verdict.kind === 'allow') verdict = finding
  }
  return verdict
}
