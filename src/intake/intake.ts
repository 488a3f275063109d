import { type Clock, type Ticks } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { decide, type Finding, type Rule } from '../policy/rule.ts'
import { RecordRefused } from '../record/errors.ts'
import { verdictsArchive } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { type NewRecord } from '../record/types.ts'
import { createArchive } from './archive.ts'
import { type Draft } from './draft.ts'
import { inOrder } from './in-order.ts'
import { createMarks } from './marks.ts'
import { createNamedMarks } from './named-mark.ts'
import { Recorded } from './outbound.ts'
import { type Accepted, type Attachments, type Intake, type IntakeSettings } from './ports.ts'
import { createPrepare, type Found } from './prepare.ts'
import { createRecent } from './recent.ts'
import { createResends } from './resend.ts'

type Parts = {
  readonly record: Record
  readonly rules: readonly Rule[]
  readonly files: Attachments
  readonly clock: Clock
  readonly ticks: Ticks
  readonly timer: Timer
  readonly settings: IntakeSettings
  readonly log: Log
  /** Told of a FatalError that nobody waits for. The process has to stop. */
  readonly failed: (error: unknown) => void
}

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
  const prepare = createPrepare({ ...parts, recent, archive, resends })
  const ordered = inOrder()
  const marks = createMarks(parts)

  /**
   * Writes it. `resolve` is called in the very turn in which the record's own promise is seen, whatever came before, so
   * that the log's order is that of the answers.
   */
  function write(
    draft: Draft,
    { refs, attached }: Found,
    withheld: Finding | null,
    { resolve, reject }: PromiseWithResolvers<Accepted>,
  ): void {
    const said = recent.add(draft)
    const placed = (message: Recorded): void => {
      const { position, leafHash, at } = message
      said.settled = null
      said.place = { position, leafHash, at }
      attached?.bound(position, refs)
      if (withheld) resolve(withheldBy(withheld))
      else resolve({ kind: 'recorded', message })
    }
    const failed = (error: unknown): void => {
      said.settled = null
      attached?.released()
      if (error instanceof RecordRefused) resolve({ kind: 'refused', why: error.why })
      else reject(error)
    }
    const entry = entryOf(draft, { refs, attached }, withheld)
    said.settled = Recorded.accept(record, entry).then(placed, failed)
  }

  return {
    accept(draft) {
      // Before anything is waited for: a disk that is full holds up the integrator too, and the sender is to hear why.
      const why = record.notWritable()
      if (why) return Promise.resolve({ kind: 'refused', why })
      const verdict = decide(rules, draft)
      if (verdict.kind === 'refuse') return refuse(record, draft, verdict)
      const withheld = verdict.kind === 'withhold' ? verdict : null
      const answer = Promise.withResolvers<Accepted>()
      ordered.run(
        () => `${draft.sender ?? ''}/${draft.device}`,
        () => prepare(draft, withheld),
        (prepared) => {
          if (prepared.kind === 'answer') answer.resolve(prepared.answer)
          else write(draft, prepared, withheld, answer)
        },
        answer.reject,
      )
      return answer.promise
    },

    ...marks,
    ...createNamedMarks({ recent, archive, mark: marks.mark, failed: parts.failed }),
  }
}

function withheldBy({ notice, condition }: Finding): Accepted {
  return { kind: 'withheld', notice, condition: condition ?? 'policy-violation' }
}

/** That it was tried is on record; what nobody could read of it is not. Only then is the sender told. */
async function refuse(
  record: Pick<Record, 'append'>,
  draft: Draft,
  finding: Finding,
): Promise<Accepted> {
  const { kind, wire } = draft
  const entry = entryOf(draft, { refs: null, attached: null }, finding)
  const content = JSON.stringify({ v: 1, kind, bytes: Buffer.byteLength(wire) })
  try {
    await Recorded.accept(record, {
      ...entry,
      kind: 'refusal',
      content,
      wire: '',
      // The same may be sent again, without what it was refused for.
      originId: null,
    })
  } catch (error) {
    if (error instanceof RecordRefused) return { kind: 'refused', why: error.why }
    throw error
  }
  return { kind: 'refused', why: { reason: 'end-to-end-encrypted', text: finding.notice } }
}

const verdictsView = { owner: verdictsArchive, peer: null, peerDevice: '', incoming: false }

/** A withheld message enters nobody's archive: nobody gets it that way either. Who follows what rules withhold finds it by its place alone. */
function entryOf(draft: Draft, { refs, attached }: Found, withheld: Finding | null): NewRecord {
  const views = withheld ? [verdictsView] : draft.views
  return {
    kind: draft.kind,
    conversation: draft.conversation,
    members: draft.members,
    sender: draft.sender,
    device: draft.device,
    to: draft.to,
    views: attached ? [...views, attached.view] : views,
    messageId: draft.messageId,
    originId: draft.originId,
    origin: draft.origin,
    refs,
    claimedAt: draft.claimedAt,
    ...(draft.label !== undefined && { label: draft.label }),
    content: draft.content,
    wire: draft.wire,
    files: attached?.files ?? '',
    verdicts: withheld ? JSON.stringify([withheld]) : '',
  }
}
