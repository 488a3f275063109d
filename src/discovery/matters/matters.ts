// Matters, and searches that were saved. Each change is an entry of the record first.

import { toHex } from '../../base/bytes.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { createLanes } from '../../base/lanes.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type AccessItem, type AccessState } from '../../directory/access/ports.ts'
import {
  type ActsOnRecord,
  type ActsRecord,
  createActsOnRecord,
} from '../../record/acts-on-record.ts'
import { type LogPosition, type PersonId } from '../../record/types.ts'
import { actOf, mattersArchive, recordOf } from './acts.ts'
import { matterRegister, type MatterRegister } from './register.ts'
import { type Matter, type MatterAct, type MatterFacts, type SavedSearch } from './types.ts'

const mattersMax = 10_000
const peopleMax = 200
/** Saved searches of all, and of one person. */
const searchesMax = 10_000
const searchesPerPersonMax = 200

/** Two names that differ in these alone look the same. */
const unseen = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u

export type Matters = {
  get(name: string): Matter | null
  /** The oldest first, closed ones too. */
  list(): readonly Matter[]
  /** @throws {OperatorError} where the name is, or was, another's */
  open(wanted: MatterFacts & { readonly name: string }, by: PersonId): Promise<Matter>
  /** @throws {OperatorError} where there is none, or it is closed */
  change(name: string, facts: MatterFacts, by: PersonId): Promise<Matter>
  /** @throws {OperatorError} where there is none, or it is closed */
  close(name: string, reason: string, by: PersonId): Promise<Matter>
  /** Closing it, and what must not come in between, such as placing a hold of it: one after the other. */
  alone<T>(name: string, step: () => Promise<T>): Promise<T>
  /** What is done in a matter's name is done in one that there is. Null: in none. @throws {OperatorError} with one sentence */
  mustBeOpen(name: string | null): void
  readonly searches: {
    get(id: string): SavedSearch | null
    /** The oldest first. */
    list(): readonly SavedSearch[]
    /** @throws {OperatorError} when there are too many */
    save(wanted: Omit<SavedSearch, 'id' | 'position'>): Promise<SavedSearch>
    /** @throws {OperatorError} where there is none */
    drop(id: string, by: PersonId): Promise<void>
  }
}

type Standing = { readonly register: MatterRegister; readonly acts: ActsOnRecord<MatterAct> }

/** Reads what there is, and applies what is on record and not in the state. */
export async function openMatters(parts: {
  readonly state: AccessState
  readonly record: ActsRecord
  readonly random: Random
  readonly log: Log
}): Promise<Matters> {
  const { state, record, log } = parts
  const { applied, texts } = await state.load()
  const register = matterRegister(texts.map(orFatal))
  /** What an act has changed, until the state has it. */
  const changed = new Map<LogPosition, readonly AccessItem[]>()
  const acts = createActsOnRecord<MatterAct>({
    name: 'matters',
    record,
    archive: mattersArchive,
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
  return {
    get: (name) => register.matters.get(name) ?? null,
    list: () => [...register.matters.values()].toSorted((a, b) => a.position - b.position),
    alone: createLanes(),
    mustBeOpen: (name) => void (name !== null && opened(register, name)),
    ...changing({ register, acts }),
    searches: saving({ register, acts, random: parts.random }),
  }
}

function orFatal(text: string | null): string {
  if (text !== null) return text
  throw new FatalError('a row of matters in state.db was not written by this server')
}

function changing({ register, acts }: Standing): Pick<Matters, 'open' | 'change' | 'close'> {
  const write = async (act: MatterAct): Promise<void> => void (await acts.write(act, recordOf(act)))
  return {
    open: async ({ name: written, ...facts }, by) =>
      await acts.inTurn(async () => {
        const name = written.trim()
        refuseFacts(facts)
        if (name === '' || name !== written || unseen.test(name))
          throw new OperatorError(
            'matter.name',
            'A matter has a name on one line, without spaces around it or characters that nobody sees.',
          )
        const isTaken = [...register.matters.keys()].some((one) => folded(one) === folded(name))
        if (isTaken)
          throw new OperatorError(
            'matter.exists',
            `There is, or was, a matter ${name}: name another.`,
          )
        if (register.matters.size >= mattersMax)
          throw new OperatorError('matter.too-many', `There are ${mattersMax} matters at most.`)
        await write({ kind: 'matter.open', by, name, ...facts })
        return found(register, name)
      }),
    change: async (name, facts, by) =>
      await acts.inTurn(async () => {
        refuseFacts(facts)
        opened(register, name)
        await write({ kind: 'matter.change', by, matter: name, ...facts })
        return found(register, name)
      }),
    close: async (name, reason, by) =>
      await acts.inTurn(async () => {
        opened(register, name)
        await write({ kind: 'matter.close', by, matter: name, reason })
        return found(register, name)
      }),
  }
}

function saving({
  register,
  acts,
  random,
}: Standing & { readonly random: Random }): Matters['searches'] {
  const all = (): SavedSearch[] => [...register.searches.values()]
  return {
    get: (id) => register.searches.get(id) ?? null,
    list: () => all().toSorted((a, b) => a.position - b.position),
    save: async (wanted) =>
      await acts.inTurn(async () => {
        const { owner: by, matter } = wanted
        if (matter !== null) opened(register, matter)
        const own = all().filter(({ owner }) => owner === by)
        if (own.length >= searchesPerPersonMax || register.searches.size >= searchesMax)
          throw new OperatorError(
            'search.too-many',
            `A person saves ${searchesPerPersonMax} searches at most: drop some.`,
          )
        const search = { id: toHex(random.bytes(16)), ...wanted }
        const act = { kind: 'search.save', by, search, matter } as const
        const { position } = await acts.write(act, recordOf(act))
        return { ...search, position }
      }),
    drop: async (id, by) => {
      await acts.inTurn(async () => {
        const search = register.searches.get(id)
        if (search === undefined) throw noSearch()
        const act = { kind: 'search.drop', by, search: id, matter: search.matter } as const
        await acts.write(act, recordOf(act))
      })
    },
  }
}

export function noSearch(): OperatorError {
  return new OperatorError('search.unknown', 'There is no such saved search: see the list of them.')
}

/** Names that people take for the same are the same. */
function folded(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s+/g, ' ').toLowerCase()
}

function found(register: MatterRegister, name: string): Matter {
  const matter = register.matters.get(name)
  if (matter !== undefined) return matter
  throw new OperatorError('matter.unknown', `There is no matter ${name}: see onrecord matter list.`)
}

function opened(register: MatterRegister, name: string): Matter {
  const matter = found(register, name)
  if (matter.closed === null) return matter
  throw new OperatorError('matter.closed', `The matter ${name} is closed: open another.`)
}

function refuseFacts({ people }: MatterFacts): void {
  if (people.length <= peopleMax && new Set(people).size === people.length) return
  throw new OperatorError(
    'matter.people',
    `${peopleMax} people work on a matter at most, and each is named once.`,
  )
}
