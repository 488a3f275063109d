import { type Clock, type Ticks } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { decide, type Finding, type Rule } from '../policy/rule.ts'
import { RecordRefused } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { type NewRecord, type PersonId, type Reference } from '../record/types.ts'
import { createArchive } from './archive.ts'
import { type Draft } from './draft.ts'
import { inOrder } from './in-order.ts'
import { createMarks } from './marks.ts'
import { createNamedMarks } from './named-mark.ts'
import { Recorded } from './outbound.ts'
import { type Accepted, type Intake, type IntakeSettings } from './ports.ts'
import { createRecent } from './recent.ts'
import { createResends } from './resend.ts'
import { findTarget } from './target.ts'

/** What was found out about a draft before it is written: the answer, where it is not to be written, or its target. */
type Prepared =
  | { readonly kind: 'answer'; readonly answer: Accepted }
  | { readonly kind: 'write'; readonly refs: Reference | null }

type Parts = {
  readonly record: Record
  readonly rules: readonly Rule[]
  readonly clock: Clock
  readonly ticks: Ticks
  readonly timer: Timer
  readonly settings: IntakeSettings
  readonly log: Log
  /** Told of a FatalError that nobody waits for. The process has to stop. */
  readonly failed: (error: unknown) => void
}

const plain: Prepared = { kind: 'write', refs: null }

/**
 * The only door: policy, then the record, and only then is there something to deliver.
 *
 * A sender's drafts are written in the order in which they were given, also where one of them waits for its target.
 */
export function createIntake(parts: Parts): Intake {
  const { record, rules } = parts
  const recent = createRecent()
  const archive = createArchive(record)
  const resends = createResends(recent, archive)
  const ordered = inOrder()
  const marks = createMarks(parts)

  /** Nothing has a number yet. A promise only where something must be waited for. */
  function prepare(draft: Draft): Prepared | Promise<Prepared> {
    if (draft.refs) return { kind: 'write', refs: draft.refs }
    const resent = resends.find(draft)
    if (resent === null && draft.refersTo === null) return plain
    return prepareSlowly(draft, resent)
  }

  async function prepareSlowly(
    draft: Draft,
    resent: ReturnType<typeof resends.find>,
  ): Promise<Prepared> {
    const position = await resent
    if (position !== null) return { kind: 'answer', answer: { kind: 'repeated', position } }
    if (!hasTarget(draft)) return plain
    const target = await findTarget(draft, { ...parts, recent, archive })
    if (target.kind === 'refused') return { kind: 'answer', answer: target }
    return target.kind === 'found' ? { kind: 'write', refs: target.refs } : plain
  }

  /**
   * Writes it. `resolve` is called in the very turn in which the record's own promise is seen, whatever came before, so
   * that the log's order is that of the answers.
   */
  function write(
    draft: Draft,
    refs: Reference | null,
    withheld: Finding | null,
    { resolve, reject }: PromiseWithResolvers<Accepted>,
  ): void {
    const said = recent.add(draft)
    const placed = (message: Recorded): void => {
      const { position, leafHash, at } = message
      said.settled = null
      said.place = { position, leafHash, at }
      if (withheld) resolve({ kind: 'withheld', notice: withheld.notice })
      else resolve({ kind: 'recorded', message })
    }
    const failed = (error: unknown): void => {
      said.settled = null
      if (error instanceof RecordRefused) resolve({ kind: 'refused', why: error.why })
      else reject(error)
    }
    said.settled = Recorded.accept(record, entryOf(draft, refs, withheld)).then(placed, failed)
  }

  return {
    accept(draft) {
      // Before anything is waited for: a disk that is full holds up the integrator too, and the sender is to hear why.
      const why = record.notWritable()
      if (why) return Promise.resolve({ kind: 'refused', why })
      const verdict = decide(rules, draft)
      if (verdict.kind === 'refuse') return Promise.resolve(refusedBy(verdict))
      const withheld = verdict.kind === 'withhold' ? verdict : null
      const answer = Promise.withResolvers<Accepted>()
      ordered.run(
        () => `${draft.sender ?? ''}/${draft.device}`,
        () => prepare(draft),
        (prepared) => {
          if (prepared.kind === 'answer') answer.resolve(prepared.answer)
          else write(draft, prepared.refs, withheld, answer)
        },
        answer.reject,
      )
      return answer.promise
    },

    ...marks,
    ...createNamedMarks({ recent, archive, mark: marks.mark, failed: parts.failed }),
  }
}

function refusedBy({ notice }: Finding): Accepted {
  return { kind: 'refused', why: { reason: 'end-to-end-encrypted', text: notice } }
}

function hasTarget(
  draft: Draft,
): draft is Draft & { readonly sender: PersonId; readonly refersTo: string } {
  return draft.sender !== null && draft.refersTo !== null
}

/** A withheld message enters no archive: nobody gets it that way either. */
function entryOf(draft: Draft, refs: Reference | null, withheld: Finding | null): NewRecord {
  return {
    kind: draft.kind,
    conversation: draft.conversation,
    members: draft.members,
    sender: draft.sender,
    device: draft.device,
    to: draft.to,
    views: withheld ? [] : draft.views,
    messageId: draft.messageId,
    originId: draft.originId,
    origin: draft.origin,
    refs,
    claimedAt: draft.claimedAt,
    content: draft.content,
    wire: draft.wire,
    files: '',
    verdicts: withheld ? JSON.stringify([withheld]) : '',
  }
}
