import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { utf8 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Post, type Posted } from '../../directory/webhooks/ports.ts'
import { exchange } from './exchange.ts'
import { isReachable, networks } from './private-networks.ts'

const answerBytesMax = 65_536
const timeoutMs = 15_000
const urlCharsMax = 2_000

/** Told by what was found, and not by what it looked like: the address that was looked at is the one that is connected to. */
class NotReachable extends Error {}

/**
 * Programs elsewhere, as webhooks reach them.
 *
 * @param allowed networks that are not public and may be reached; in clear where they are of this machine
 */
export function httpPost(allowed: readonly string[]): Post {
  const list = networks(allowed)
  const ending = new AbortController()

  const lookup: LookupFunction = (host, options, answer) => {
    lookUp(host, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error) return answer(error, [])
      // One that is not reachable among others is somebody's try.
      const wrong = found.some(({ address }) => !isReachable(address, list))
      if (wrong || found.length === 0) return answer(new NotReachable('not reachable'), [])
      if (options.all === true) return answer(null, [...found])
      const [first] = found
      answer(null, first?.address ?? '', first?.family)
    })
  }

  function refusal(text: string): string | null {
    if (text.length > urlCharsMax || !URL.canParse(text)) return 'This is no address of a webhook.'
    const url = new URL(text)
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (url.username !== '' || url.password !== '')
      return 'An address of a webhook has no password in it: who receives checks the signature.'
    if (isIP(host) !== 0 && !isReachable(host, list))
      return `${host} is no public address: ONRECORD_WEBHOOK_NETWORKS says what else may be reached.`
    const isOfMachine = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
    const isInClear = url.protocol === 'http:' && isOfMachine && list.check('127.0.0.1')
    if (url.protocol === 'https:' || isInClear) return null
    return 'A webhook is reached over HTTPS.'
  }

  return {
    close: () => ending.abort(),
    mustBeReachable(url) {
      const why = refusal(url)
      if (why !== null) throw new OperatorError('webhooks.address', why)
    },
    async send(url, headers, body): Promise<Posted> {
      // The settings may have changed since it was made.
      if (refusal(url) !== null) return { kind: 'failed', why: 'address' }
      let isRefused = false
      const looked: LookupFunction = (host, options, answer) => {
        lookup(host, options, (error, ...found) => {
          isRefused ||= error instanceof NotReachable
          answer(error, ...found)
        })
      }
      const request = { method: 'POST', url: new URL(url), headers, body: utf8(body) } as const
      const bounds = { timeoutMs, answerBytesMax, ca: null, signal: ending.signal, lookup: looked }
      const answer = await exchange(request, bounds)
      if (typeof answer !== 'string') return { kind: 'answer', ...answer }
      if (isRefused) return { kind: 'failed', why: 'address' }
      return { kind: 'failed', why: answer.startsWith('no answer') ? 'timeout' : 'connection' }
    },
  }
}
