import { type Clock } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Receive } from '../receive.ts'
import { type Turn } from '../stream/turn.ts'
import { type Unsettled } from '../stream/unsettled.ts'
import { type ComponentStream } from './component-stream.ts'
import { type Privileges } from './privileges.ts'
import { type ComponentAccount, type ComponentSettings } from './settings.ts'

/** What streams of components need of the server. */
export type ComponentHost = {
  /** Our own domain. */
  readonly domain: string
  readonly accounts: ReadonlyMap<string, ComponentAccount>
  readonly receive: Receive
  readonly privileges: Privileges
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly turn: Turn
  /** Of all components together. */
  readonly unsettled: Unsettled
  readonly settings: ComponentSettings
  readonly events: ComponentEvents
  /** Told of what leaves doubt about the record: it stops the process. */
  readonly fatal: (error: unknown) => void
  /** It has shown its secret. @returns false when another stream has that domain */
  readonly enter: (stream: ComponentStream, domain: string) => boolean
  /** It knows that it is connected. */
  readonly entered: (domain: string) => void
  /** It cannot be sent to any more. */
  readonly left: (stream: ComponentStream, domain: string) => void
  /** The connection is gone. */
  readonly forget: (stream: ComponentStream) => void
}

/** What is counted about components; domains are those of the settings. */
export type ComponentEvents = {
  stanza(domain: string, direction: 'in' | 'out' | 'refused'): void
}
