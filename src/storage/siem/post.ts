import { type SiemSend } from '../../audit/ports.ts'
import { exchange } from '../http/exchange.ts'

const answerBytesMax = 65_536

export type PostPlace = {
  readonly url: URL
  /** PEM; null: the authorities that come with Node. */
  readonly ca: string | null
  /** Value of the header; null: none. */
  readonly authorization: string | null
  readonly timeoutMs: number
}

/** Events as a JSON array, by POST. They count when the answer is 2xx. */
export function postEvents({ url, ca, authorization, timeoutMs }: PostPlace): SiemSend {
  return async (events, signal) => {
    const headers = {
      'content-type': 'application/json',
      ...(authorization !== null && { authorization }),
    }
    const body = Buffer.from(JSON.stringify(events))
    const request = { method: 'POST', url, headers, body } as const
    const answer = await exchange(request, { timeoutMs, answerBytesMax, ca, signal })
    if (typeof answer === 'string') return answer
    return answer.status >= 200 && answer.status < 300 ? null : `status ${answer.status}`
  }
}
