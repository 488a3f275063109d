// XEP-0124: Bidirectional-streams Over Synchronous HTTP (BOSH), version 1.11.2; XEP-0206: XMPP Over BOSH, version 1.4
// Source: https://xmpp.org/extensions/xep-0206.html
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Element } from '../../xml/element.ts'
import { XmlError } from '../../xml/errors.ts'
import { parseFrame } from '../../xml/frame.ts'
import { type XmlLimits } from '../../xml/limits.ts'
import { readRequest, terminal } from './bosh-body.ts'
import { BoshChannel } from './bosh-channel.ts'
import { type Channel, type ChannelOwner } from './channel.ts'

/** Nobody guesses the id of a session, which is all that a request shows (§15). */
const sidBytes = 24

/** A request as it came, and where its client is: not the proxy that may be between. */
export type BoshCall = {
  readonly bytes: Uint8Array
  readonly address: string
  readonly isLoopback: boolean
  /** The connection has gone: nobody hears the answer. */
  readonly isGone: () => boolean
}

/** Sessions over HTTP. */
export type Bosh = {
  /** @returns the `<body/>` to answer with, when it is time for it */
  call(call: BoshCall): Promise<string>
  /** Called about once a second. */
  sweep(now: number): void
}

export function createBosh(parts: {
  readonly random: Random
  readonly clock: Clock
  /** Of a client that has signed in. */
  readonly limits: XmlLimits
  /** Longest request before that, in bytes. */
  readonly strangerBytesMax: number
  /** Makes the stream. @returns false when that address has too many that have not signed in */
  readonly open: (address: string, make: (owner: ChannelOwner) => Channel) => boolean
}): Bosh {
  const { random, clock, limits, strangerBytesMax } = parts
  const sessions = new Map<string, BoshChannel>()

  function begin(body: Element, rid: number, { address, isLoopback }: BoshCall): string | null {
    const sid = Buffer.from(random.bytes(sidBytes)).toString('base64url')
    const forget = (): void => void sessions.delete(sid)
    const origin = { sid, address, isLoopback, body, clock, bytesMax: strangerBytesMax, forget }
    const isOpen = parts.open(address, (owner) => {
      const channel = new BoshChannel(origin, rid, owner)
      sessions.set(sid, channel)
      return channel
    })
    return isOpen ? sid : null
  }

  function parse(bytes: Uint8Array): Element | null {
    try {
      return parseFrame(bytes, limits)
    } catch (error) {
      if (error instanceof XmlError) return null
      throw error
    }
  }

  return {
    async call(call) {
      const body = parse(call.bytes)
      const request = body && readRequest(body)
      if (!body || !request) return terminal('bad-request')
      const known = body.attrs['sid']
      const sid = known ?? begin(body, request.rid, call)
      if (sid === null) return terminal('policy-violation')
      const session = sessions.get(sid)
      if (!session) return terminal('item-not-found')
      return await new Promise((answer) => {
        const { isGone, bytes } = call
        session.take({ request, at: clock.now(), answer, isGone }, bytes.length)
      })
    },
    sweep(now) {
      for (const session of sessions.values()) session.sweep(now)
    },
  }
}
