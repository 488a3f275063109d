// The message of a change. RFC 7644 section 3.5.2.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:patchop'
const operationsMax = 1_000

export type Operation = {
  readonly op: 'add' | 'remove' | 'replace'
  /** Null: the value names what it is about. */
  readonly path: string | null
  readonly value: unknown
}

/** Entra ID writes `Add`, and `op` and `Operations` are written in either case elsewhere. */
const message = z.object({
  schemas: z.array(z.string()).min(1),
  Operations: z
    .array(
      z.object({
        op: z.string().transform((op) => op.toLowerCase()),
        path: z.string().nullish(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(operationsMax),
})

/** @throws {OperatorError} */
export function operationsIn(body: unknown): readonly Operation[] {
  const { success, data } = message.safeParse(body)
  if (!success || !data.schemas.some((one) => one.toLowerCase() === patchOp))
    throw new OperatorError(
      'scim.invalidSyntax',
      `A change has the schema of a PatchOp, and 1 to ${operationsMax} Operations, each with op, path and value.`,
    )
  return data.Operations.map(({ op, path, value }) => {
    if (op !== 'add' && op !== 'remove' && op !== 'replace')
      throw new OperatorError('scim.invalidSyntax', 'An operation is add, remove or replace.')
    if (op === 'remove' && !path)
      throw new OperatorError('scim.noTarget', 'What is removed has a path.')
    return { op, path: path || null, value }
  })
}
