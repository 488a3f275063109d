// What an act says, out of the JSON of its record.

import { FatalError } from '../base/errors.ts'
import { type LogPosition } from '../record/types.ts'
import { type Role, roles } from './roles.ts'

/** What an act says. */
export type Fields = {
  get(name: string): unknown
  /** It is there, and not null. */
  has(name: string): boolean
  /** @throws {FatalError} where it is no text */
  text(name: string): string
  /** Null where it is not there. @throws {FatalError} where it is no text */
  textOrNull(name: string): string | null
  /** What is said in there. @throws {FatalError} where it is no object */
  within(name: string): Fields
  /** @throws {FatalError} where it is no list of texts */
  texts(name: string): readonly string[]
  /** @throws {FatalError} where it is no list */
  list(name: string): readonly Fields[]
  role(): Role
  broken(): FatalError
}

export function fieldsOf(json: string, position: LogPosition): Fields {
  const value: unknown = JSON.parse(json)
  const fields = fieldsIn(value, position)
  if (fields.get('v') !== 1) throw fields.broken()
  return fields
}

function fieldsIn(value: unknown, position: LogPosition): Fields {
  const said = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  const broken = (): FatalError => new FatalError(`record ${position} is no act of the directory`)
  const text = (name: string): string => {
    const found: unknown = said.get(name)
    if (typeof found !== 'string') throw broken()
    return found
  }
  const has = (name: string): boolean => (said.get(name) ?? null) !== null
  return {
    get: (name) => said.get(name),
    has,
    text,
    textOrNull: (name) => (has(name) ? text(name) : null),
    within(name) {
      if (typeof said.get(name) !== 'object') throw broken()
      return fieldsIn(said.get(name), position)
    },
    texts(name) {
      const found: unknown = said.get(name)
      if (!Array.isArray(found)) throw broken()
      return found.map((one: unknown) => {
        if (typeof one !== 'string') throw broken()
        return one
      })
    },
    list(name) {
      const found: unknown = said.get(name)
      if (!Array.isArray(found)) throw broken()
      return found.map((one: unknown) => fieldsIn(one, position))
    },
    role() {
      const role = roles.find((name) => name === text('role'))
      if (role === undefined) throw broken()
      return role
    },
    broken,
  }
}
