// A question to a key holder over HTTP, asked again when that may help.

import { setTimeout } from 'node:timers/promises'
import { utf8 } from '../../base/bytes.ts'
import { holderAway } from '../../record/keys/errors.ts'
import { exchange } from '../http/exchange.ts'

/** Nothing that holders answer is longer. */
const answerBytesMax = 65_536

/** How a holder is asked. */
export type Asking = {
  /** For messages to the operator. */
  readonly name: string
  /** Of each try. */
  readonly timeoutMs: number
  /** How long to wait before it is asked again, as often as there are numbers. */
  readonly againAfterMs: readonly number[]
  /** PEM; null: the authorities that come with Node. */
  readonly ca: string | null
}

export type Question = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export type HttpAnswer = { readonly status: number; readonly text: string }

export const askingDefault = { timeoutMs: 5_000, againAfterMs: [200, 1_000] } as const

/**
 * Asks, and asks again where there is no answer, or one that says to come back.
 *
 * @param make the question anew for each try: what it is signed with has a time in it
 * @param options.once it may not be asked again when nobody knows what became of it
 * @param options.isBusy what besides 429 and 500 to 599 says to come back
 * @throws {OperatorError} with `key.holder-away`
 */
export async function ask(
  asking: Asking,
  make: () => Promise<Question>,
  options: { readonly once?: true; readonly isBusy?: (answer: HttpAnswer) => boolean } = {},
): Promise<HttpAnswer> {
  const waits = options.once === true ? [] : asking.againAfterMs
  for (let tries = 0; ; tries++) {
    const outcome = await tryOnce(asking, await make())
    const isAnswered = typeof outcome !== 'string'
    if (isAnswered && !isBusy(outcome) && options.isBusy?.(outcome) !== true) return outcome
    const wait = waits[tries]
    if (wait === undefined) throw holderAway(asking.name, isAnswered ? wordsOf(outcome) : outcome)
    await setTimeout(wait)
  }
}

function isBusy({ status }: HttpAnswer): boolean {
  return status === 429 || status >= 500
}

/** What an answer says, short enough for a sentence, and in one line. */
export function wordsOf({ status, text }: HttpAnswer): string {
  const words = text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
  return words === '' ? `status ${status}` : `status ${status}: ${words}`
}

/** The answer, or why there is none. */
async function tryOnce(asking: Asking, question: Question): Promise<HttpAnswer | string> {
  const { body, ...rest } = question
  const bytes = body === null ? null : utf8(body)
  const answer = await exchange({ ...rest, body: bytes }, { ...asking, answerBytesMax })
  if (typeof answer === 'string') return answer
  return { status: answer.status, text: Buffer.from(answer.body).toString('utf8') }
}

/** The JSON object in an answer; an empty one where it is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
