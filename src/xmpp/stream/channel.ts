import { type Element } from '../../xml/element.ts'
import { type StreamCondition } from '../ports.ts'

/** What a client says when it opens a stream, over TCP or in a WebSocket. Null: it did not say. */
export type Header = {
  /** How another server names the stream that we opened; nobody else does. */
  readonly id?: string | null
  readonly to: string | null
  readonly from: string | null
  readonly version: string | null
  readonly lang: string | null
}

/** What we say. `to` is null when the client did not say who it is; `id` where we open the stream, which the other side names. */
export type OwnHeader = {
  readonly id: string | null
  readonly from: string
  readonly to: string | null
}

/** What a sign-in can be bound to, so that it is worth nothing on another connection (RFC 5056). */
export type ChannelBinding = {
  readonly types: readonly string[]
  /** Null for a type that is not offered. */
  data(type: string): Buffer | null
}

/** A connection, less what differs between TCP (RFC 6120) and WebSocket (RFC 7395). */
export type Channel = {
  /** The client's network address. */
  readonly address: string
  /** Both ends are on this machine. */
  readonly isLoopback: boolean
  /** Nobody on the way can read it: TLS, or a WebSocket that came in plain where the HTTP port allows that. */
  isConfidential(): boolean
  binding(): ChannelBinding | null
  /** ` xmlns:stream='…'` where `stream:features` and `stream:error` have to declare their prefix. */
  readonly streamDeclaration: string

  /** Writes our stream header. */
  open(header: OwnHeader): void
  /** Queues one whole element. */
  write(xml: string): void
  /** Hands what is queued to the system, in one call; `flushed` is called when the kernel has all of it. */
  flush(flushed: (() => void) | null): void
  /** UTF-16 units that the kernel has not taken. */
  backlog(): number

  /** No element is handed on before `resume()`; TCP pushes back. May be called while one is handed on. */
  pause(): void
  resume(): void
  /** Elements may be as long as that: the client has signed in. */
  allow(limits: { readonly elementBytesMax: number }): void
  /** The client begins a new stream on the connection. */
  restart(): void
  /** Hands on what is queued, then goes over to TLS. What came in clear until then is forgotten. Null where that is not possible. */
  readonly startTls: (() => void) | null

  /** Closes our side, politely; what still comes in is thrown away. */
  close(): void
  /** Lets go of the connection at once. */
  destroy(): void
}

/** Who is told what happens on a channel. */
export type ChannelOwner = {
  /** Something came, be it a space. */
  heard(): void
  opened(header: Header): void
  element(element: Element): void
  /** The client closed its stream. */
  ended(): void
  /** What came is not XML, or not XMPP, or too much. */
  broken(condition: StreamCondition, text: string): void
  /** The connection is gone. Called once, last. */
  gone(): void
  /** The kernel has taken the backlog. */
  drained(): void
}
