import { request as requestInClear } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { type LookupFunction } from 'node:net'

export type Request = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

export type Bounds = {
  /** From the first byte sent to the last one that came. */
  readonly timeoutMs: number
  readonly answerBytesMax: number
  /** PEM; null: the authorities that come with Node. */
  readonly ca: string | null
  /** Finds addresses in place of the system's way. An address that stands in the URL itself is not asked about. */
  readonly lookup?: LookupFunction
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal
}

export type Response = { readonly status: number; readonly body: Uint8Array }

/** Asks an HTTP server once, and follows no redirect. @returns why there is no answer when there is none */
export async function exchange(request: Request, bounds: Bounds): Promise<Response | string> {
  const late = AbortSignal.timeout(bounds.timeoutMs)
  const signal = bounds.signal === undefined ? late : AbortSignal.any([late, bounds.signal])
  try {
    return await send(request, bounds, signal)
  } catch (error) {
    if (late.aborted) return `no answer within ${bounds.timeoutMs / 1000} s`
    return error instanceof Error ? error.message || error.name : String(error)
  }
}

async function send(
  { method, url, headers, body }: Request,
  { ca, answerBytesMax, lookup }: Bounds,
  signal: AbortSignal,
): Promise<Response> {
  const length = body === null ? {} : { 'content-length': String(body.length) }
  const options = { method, headers: { ...headers, ...length }, signal, ...(lookup && { lookup }) }
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const asked =
    url.protocol === 'https:'
      ? requestOverTls(url, { ...options, ...(ca !== null && { ca }) })
      : requestInClear(url, options)
  asked.on('error', reject)
  // Whoever answers with another protocol (101) answers nothing, and Node tells of no error.
  asked.on('upgrade', (_response, socket) => {
    socket.destroy()
    reject(new Error('it answers with another protocol'))
  })
  asked.on('response', (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('error', reject)
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > answerBytesMax) response.destroy(new Error('the answer is too long'))
      else chunks.push(chunk)
    })
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
    )
  })
  asked.end(body ?? undefined)
  return await promise
}
