// What is asked for with an idempotency key is done once, and answered as often as it is asked for.
// Source: draft-ietf-httpapi-idempotency-key-header-07.
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Answers } from '../../directory/web/ports.ts'
import { type Reply } from './route.ts'

const keyForm = /^[\x21-\x7e]{1,100}$/

type Once = {
  readonly key: string
  /** Keys of one are none of another's. */
  readonly who: string
  readonly asked: { readonly url: string; readonly body: unknown }
}

export type AnsweredOnce = (once: Once, run: () => Promise<Reply>) => Promise<Reply>

/** Answers are kept for a day. One that could not be kept is given all the same: who asks again then does it again. */
export function answeredOnce(answers: Answers): AnsweredOnce {
  const going = new Set<string>()
  return async ({ key, who, asked }, run) => {
    if (!keyForm.test(key))
      throw new OperatorError(
        'api.bad-request',
        'An idempotency key is 1 to 100 visible characters.',
      )
    const id = hashOf(`${who}\0${key}`)
    const digest = hashOf(JSON.stringify(asked))
    if (going.has(id))
      throw new OperatorError('api.going-on', 'This is being done: ask again in a moment.')
    going.add(id)
    try {
      const before = await answers.find(id)
      if (before === null) {
        const reply = await run()
        // A browser's cookie is not given twice.
        if (reply.keeps === undefined) await answers.put(id, { digest, ...reply })
        return reply
      }
      if (before.digest === digest) return { status: before.status, body: before.body }
      throw new OperatorError(
        'api.other-request',
        'Something else was asked for with this idempotency key: take a new one.',
      )
    } finally {
      going.delete(id)
    }
  }
}

function hashOf(text: string): string {
  return toHex(sha256(utf8(text)))
}
