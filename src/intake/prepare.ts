import { type Clock } from '../base/clock.ts'
import { type Finding } from '../policy/rule.ts'
import { type PersonId, type Reference } from '../record/types.ts'
import { type Archive } from './archive.ts'
import { type Draft } from './draft.ts'
import { type Accepted, type Attached, type Attachments, type IntakeSettings } from './ports.ts'
import { type Recent } from './recent.ts'
import { type Resends } from './resend.ts'
import { findTarget } from './target.ts'

/** What was found out about a draft before it is written: the answer, where it is not to be written, or its target and its files. */
export type Prepared =
  | { readonly kind: 'answer'; readonly answer: Accepted }
  | ({ readonly kind: 'write' } & Found)

export type Found = { readonly refs: Reference | null; readonly attached: Attached | null }

const plain: Prepared = { kind: 'write', refs: null, attached: null }

/** Nothing has a number yet. A promise only where something must be waited for. */
export function createPrepare(parts: {
  readonly recent: Recent
  readonly archive: Archive
  readonly resends: Resends
  readonly files: Attachments
  readonly clock: Clock
  readonly settings: IntakeSettings
}): (draft: Draft, withheld: Finding | null) => Prepared | Promise<Prepared> {
  const { resends, files } = parts

  async function prepareSlowly(
    draft: Draft,
    withheld: Finding | null,
    resent: ReturnType<typeof resends.find>,
  ): Promise<Prepared> {
    const position = await resent
    if (position !== null) return { kind: 'answer', answer: { kind: 'repeated', position } }
    if (!hasTarget(draft)) return await attach(draft, withheld, null)
    const target = await findTarget(draft, parts)
    if (target.kind === 'refused') return { kind: 'answer', answer: target }
    return await attach(draft, withheld, target.kind === 'found' ? target.refs : null)
  }

  /** Last of all: what is attached is held until the draft is written. */
  function attach(
    draft: Draft,
    withheld: Finding | null,
    refs: Reference | null,
  ): Prepared | Promise<Prepared> {
    const naming = files.named(draft, { isWithheld: withheld !== null })
    if (naming === null) return refs === null ? plain : { kind: 'write', refs, attached: null }
    return naming.then((named) => {
      if (named.kind === 'refused') return { kind: 'answer', answer: named }
      return { kind: 'write', refs, attached: named.kind === 'attached' ? named : null }
    })
  }

  return (draft, withheld) => {
    if (draft.refs) return attach(draft, withheld, draft.refs)
    const resent = resends.find(draft)
    if (resent === null && draft.refersTo === null) return attach(draft, withheld, null)
    return prepareSlowly(draft, withheld, resent)
  }
}

function hasTarget(
  draft: Draft,
): draft is Draft & { readonly sender: PersonId; readonly refersTo: string } {
  return draft.sender !== null && draft.refersTo !== null
}
