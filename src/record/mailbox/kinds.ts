import { FatalError } from '../../base/errors.ts'
import { allKinds, codeOf } from '../kinds.ts'

const kinds = new Map(allKinds.map((kind) => [codeOf(kind), kind]))

/** @throws {FatalError} for a kind that this version does not know: the log was written by a newer one */
export function codeOfKind(kind: string): number {
  const code = codeOf(kind)
  if (code === null) {
    throw new FatalError(`the log holds a record of kind ${JSON.stringify(kind)}, unknown here`)
  }
  return code
}

/** @throws {FatalError} for a code that was never given out */
export function kindOfCode(code: number): string {
  const kind = kinds.get(code)
  if (kind === undefined) throw new FatalError(`a mailbox row has kind ${code}, unknown here`)
  return kind
}
