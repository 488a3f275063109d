// What becomes of drafts, for who waits for it and has no stream on which to be told.
import { type Record } from '../record/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { type Draft } from './draft.ts'
import { type Accepted, type Intake } from './ports.ts'

/** What was said is on record. */
export type OnRecord = {
  readonly position: LogPosition
  /** XEP-0359: under which people see it. */
  readonly stanzaId: string
  /** It was on record before under this origin id, and went out then. */
  readonly isRepeated: boolean
}

/** Intake, and those who listen at it. They change nothing. */
export type Heard = {
  readonly intake: Intake
  /**
   * Does what says one thing, under an origin id of that sender's. One at a time for each of them.
   *
   * @returns where it is on record; null where nothing of it is, or where it was withheld
   */
  saying(
    said: { readonly sender: PersonId; readonly originId: string },
    step: () => Promise<void>,
  ): Promise<OnRecord | null>
  /** Called when something is on record that is in archives, or a rule withheld it. @param people who can see it; none: nobody does */
  onRecorded(listener: (people: readonly PersonId[]) => void): void
}

export function heardIntake(inner: Intake, record: Pick<Record, 'stanzaId'>): Heard {
  const waiting = new Map<string, (answer: Accepted) => void>()
  const listeners: ((people: readonly PersonId[]) => void)[] = []

  function heard(draft: Draft, answer: Accepted): void {
    const isSeen = answer.kind === 'recorded' && draft.views.length > 0
    if (isSeen) for (const listener of listeners) listener(draft.members)
    if (answer.kind === 'withheld') for (const listener of listeners) listener([])
    if (waiting.size === 0 || draft.originId === null || draft.sender === null) return
    waiting.get(keyOf({ sender: draft.sender, originId: draft.originId }))?.(answer)
  }

  return {
    intake: {
      ...inner,
      async accept(draft) {
        // Who delivers goes on in log order: one step more for each keeps that.
        const answer = await inner.accept(draft)
        heard(draft, answer)
        return answer
      },
    },
    async saying(said, step) {
      let found: OnRecord | null = null
      const key = keyOf(said)
      waiting.set(key, (answer) => {
        found = onRecordBy(answer, record) ?? found
      })
      try {
        await step()
      } finally {
        waiting.delete(key)
      }
      return found
    },
    onRecorded: (listener) => void listeners.push(listener),
  }
}

function onRecordBy(answer: Accepted, { stanzaId }: Pick<Record, 'stanzaId'>): OnRecord | null {
  if (answer.kind === 'recorded') {
    const { position, stanzaId: id } = answer.message
    return { position, stanzaId: id, isRepeated: false }
  }
  if (answer.kind !== 'repeated') return null
  const { position } = answer
  return { position, stanzaId: stanzaId(position), isRepeated: true }
}

function keyOf({
  sender,
  originId,
}: {
  readonly sender: PersonId
  readonly originId: string
}): string {
  return `${sender} ${originId}`
}
