// Who may what beside standing roles: on record first, then in memory, then in the state. DESIGN.md §3.

import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type ActsRecord, createActsOnRecord } from '../../record/acts-on-record.ts'
import { type Appended, type LogPosition, type PersonId } from '../../record/types.ts'
import { accessActsArchive, actOf, recordOf } from './acts.ts'
import { createGrants, type Grants } from './grants.ts'
import { type AccessItem, type AccessState } from './ports.ts'
import { accessRegister, type AccessRegister } from './register.ts'
import { createRequests, type Requests } from './requests.ts'
import { type AccessAct } from './types.ts'

/** What stands, and how it is changed. */
export type AccessLog = {
  readonly register: AccessRegister
  /** One after another, so that what was checked still holds when it is written. Steps may not be nested. */
  inTurn<T>(step: () => Promise<T>): Promise<T>
  /** On record when it resolves, and it counts. @throws {OperatorError} when the record takes nothing */
  write(act: AccessAct): Promise<Appended>
}

export type Access = {
  readonly grants: Grants
  readonly requests: Requests
  /** Who else opens something, now or later: each adds a question, and one yes is enough. */
  readonly alsoOpens: ((id: PersonId) => boolean)[]
}

/** @throws {OperatorError} when the state is of another record */
export async function openAccess(parts: {
  readonly state: AccessState
  readonly record: ActsRecord
  readonly mayHave: (id: PersonId) => boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}): Promise<Access> {
  const { state, record, log } = parts
  const { applied, texts } = await state.load()
  const register = accessRegister(texts.map(orFatal))
  /** What an act has changed, until the state has it. */
  const changed = new Map<LogPosition, readonly AccessItem[]>()
  const acts = createActsOnRecord<AccessAct>({
    name: 'access',
    record,
    archive: accessActsArchive,
    actOf,
    apply: (act, at) => void changed.set(at.position, register.apply(act, at)),
    async store(_act, { position }) {
      await state.apply(changed.get(position) ?? [], position)
      changed.delete(position)
    },
    applied,
    log,
  })
  await acts.catchUp()
  const access: AccessLog = {
    register,
    inTurn: async (step) => await acts.inTurn(step),
    write: async (act) => await acts.write(act, recordOf(act)),
  }
  const common = { ...parts, acts: access }
  return { grants: createGrants(common), requests: createRequests(common), alsoOpens: [] }
}

function orFatal(text: string | null): string {
  if (text !== null) return text
  throw new FatalError('a row of grants in state.db was not written by this server')
}
