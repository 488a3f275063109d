// Retention as the rest of the server has it: what stands, what may be changed, and what a record is kept for.

import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { createActsOnRecord, type ActsOnRecord, type ActsRecord } from '../acts-on-record.ts'
import { type Record } from '../ports.ts'
import { type LogPosition, type PersonId } from '../types.ts'
import { actOf, actOfItem, itemOf, recordOf, retentionArchive } from './acts.ts'
import { createChanges, type Change, type RetentionChanges } from './administration.ts'
import { exemptCounts, type ExemptCounts } from './exempt.ts'
import { type RetentionState, type Schedule } from './ports.ts'
import { compileSchedule, type Groups } from './schedule.ts'
import { afterAct, nothingMade, type RetentionStanding } from './standing.ts'
import { type ExemptFrom, type RetentionAct } from './types.ts'

/** What retention asks of the record. */
export type RetentionRecord = ActsRecord & Pick<Record, 'makeBuckets'>

export type Retention = RetentionChanges & {
  /** What the sequencer asks, as of now. */
  schedule(): Schedule
  readonly standing: RetentionStanding
  /**
   * Reads the acts that are on record and not in the state. Before anybody is served, and before anything is put on record.
   * @param groups which groups people are in
   */
  start(record: RetentionRecord, groups: Groups): Promise<void>

  exemptCounts(): ExemptCounts
  /** With no change on its way. */
  inTurn<T>(step: () => Promise<T>): Promise<T>
  isExempt(person: PersonId, from: ExemptFrom): boolean
}

/**
 * Opens what stands, as the state has it, before there is a record to ask.
 *
 * @param parts.approvals how many persons it takes to shorten a class or to change the rules: 1 or 2
 */
export async function openRetention(parts: {
  readonly state: RetentionState
  readonly random: Random
  readonly log: Log
  readonly approvals: number
}): Promise<Retention> {
  const { state, log } = parts
  const loaded = await state.load()
  let standing = nothingMade
  for (const { text, position } of loaded.items)
    standing = afterAct(standing, actOfItem(text), position)
  let groups: Groups = noGroups
  let schedule = compileSchedule(standing, groups)
  let started: { acts: ActsOnRecord<RetentionAct>; record: RetentionRecord } | null = null

  const apply = (act: RetentionAct, { position }: { readonly position: LogPosition }): void => {
    standing = afterAct(standing, act, position)
    schedule = compileSchedule(standing, groups)
  }

  const change: Change = async (by, decide) => {
    if (started === null) throw new TypeError('a change of retention before its start')
    const { acts, record } = started
    return await acts.inTurn(async () => {
      const { act, buckets } = decide()
      // Before any record can be in the class. If we stop here, there is a key that nothing is under yet.
      await record.makeBuckets(buckets)
      return (await acts.write(act, recordOf(act, by))).position
    })
  }

  return {
    schedule: () => schedule,
    get standing() {
      return standing
    },
    async start(record, its) {
      groups = its
      schedule = compileSchedule(standing, groups)
      const acts = createActsOnRecord<RetentionAct>({
        name: 'retention',
        record,
        archive: retentionArchive,
        actOf,
        apply,
        store: async (act, { position }) => await state.apply({ ...itemOf(act), position }),
        applied: loaded.applied,
        log,
      })
      await acts.catchUp()
      started = { acts, record }
    },
    ...createChanges({ ...parts, change, standing: () => standing, groups: () => groups }),
    async inTurn(step) {
      if (started === null) throw new TypeError('a turn of retention before its start')
      return await started.acts.inTurn(step)
    },
    exemptCounts: () => exemptCounts(standing),
    isExempt: (person, from) =>
      [...standing.exemptions.values()].some((one) => one.person === person && one.from === from),
  }
}

const noGroups: Groups = { of: () => [], version: 0 }
