import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../record/types.ts'
import { type By, officerIn } from '../door/caller.ts'
import { type ApiHost } from '../door/route.ts'
import { type Chat } from './ports.ts'

/**
 * Who reads and speaks, and where. Whoever administers the machine names people, and reads nothing as one of them: that takes a token,
 * which is on record.
 *
 * @throws {OperatorError}
 */
export function asking(
  by: By,
  { chat }: Pick<ApiHost, 'chat'>,
): { readonly person: PersonId; readonly chat: Chat } {
  if (by.caller.door === 'machine')
    throw new OperatorError('chat.not-here', 'Ask for this over HTTP, signed in or with a token.')
  if (chat === null) throw new OperatorError('chat.not-served', 'No server runs here.')
  return { person: officerIn(by), chat }
}

/** The path parameter of a room or a person. */
export const ofAddress = z.strictObject({ address: z.string().min(3).max(3_071) })

const perPageMax = 250

export const limit = z.coerce.number().int().min(1).max(perPageMax).default(50)
export const cursor = z.string().min(1).max(3_071).optional()

/** @throws {OperatorError} */
export function badCursor(): OperatorError {
  return new OperatorError('api.bad-request', 'This cursor is none of what was asked for.')
}
