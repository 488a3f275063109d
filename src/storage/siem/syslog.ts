// Events as syslog messages over TLS. RFC 5424 and RFC 5425.
import { connect, type ConnectionOptions } from 'node:tls'
import { type SiemEvent, type SiemSend } from '../../audit/ports.ts'

/** RFC 5424 section 6.2.1: facility 13 (log audit), severity 6 (informational). */
const priority = 13 * 8 + 6
/** RFC 5424 section 6. */
const [hostCharsMax, messageIdCharsMax] = [255, 32]

export type SyslogPlace = {
  readonly host: string
  readonly port: number
  /** PEM; null: the authorities that come with Node. */
  readonly ca: string | null
  /** Who sends: our domain. */
  readonly sender: string
  /** For connecting, sending, and the receiver's last word together. */
  readonly timeoutMs: number
}

/**
 * Syslog has no answers. So each batch has a connection of its own, which we close when all is said, and it counts once the receiver has
 * closed its side behind that: it has read everything before, unless it hangs up on whoever speaks, which cannot be told from an end.
 */
export function syslogOverTls(place: SyslogPlace): SiemSend {
  return async (events, signal) => {
    try {
      const late = AbortSignal.timeout(place.timeoutMs)
      await say(events, place, AbortSignal.any([late, signal]))
      return null
    } catch (error) {
      return error instanceof Error ? error.message || error.name : String(error)
    }
  }
}

async function say(
  events: readonly SiemEvent[],
  { host, port, ca, sender }: SyslogPlace,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const options: ConnectionOptions = { host, port, ...(ca !== null && { ca }) }
  const socket = connect(options)
  const abort = (): void => void socket.destroy(new Error('it did not take them in time'))
  signal.addEventListener('abort', abort, { once: true })
  socket.once('secureConnect', () => {
    for (const event of events) socket.write(framed(messageOf(event, sender)))
    socket.end()
  })
  socket.on('error', reject)
  let isDone = false
  socket.once('end', () => {
    isDone = socket.writableFinished
  })
  socket.once('close', () => {
    signal.removeEventListener('abort', abort)
    if (isDone) resolve()
    else reject(new Error('it has closed the connection before it had them all'))
  })
  // What a receiver says is none of syslog, and has to be read for its end to be seen.
  socket.resume()
  await promise
}

/** RFC 5425 section 4.3: octets counted. */
export function framed(message: string): Buffer {
  const bytes = Buffer.from(message)
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

/** RFC 5424 section 6. The JSON is ASCII, so that no mark of an encoding stands before it. */
export function messageOf(event: SiemEvent, sender: string): string {
  const json = JSON.stringify(event).replaceAll(
    /[^\x20-\x7e]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const time = new Date(event.time).toISOString()
  const host = printable(sender, hostCharsMax)
  const id = printable(event.metadata.event_code, messageIdCharsMax)
  return `<${priority}>1 ${time} ${host} onrecord - ${id} - ${json}`
}

function printable(text: string, charsMax: number): string {
  const kept = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, charsMax)
  return kept === '' ? '-' : kept
}
