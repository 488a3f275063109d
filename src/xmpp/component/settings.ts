import { type Secret } from '../../base/secret.ts'
import { type Grants } from './grants.ts'
import { defaultStreamSettings, type StreamSettings } from '../stream/settings.ts'

/** A program that speaks for a domain below ours. */
export type ComponentAccount = {
  readonly domain: string
  readonly secret: Secret<string>
  readonly grants: Grants
}

/** What can be set about streams of components. Times in milliseconds. */
export type ComponentSettings = Pick<
  StreamSettings,
  | 'stanzaBytesMax'
  | 'strangerBytesMax'
  | 'depthMax'
  | 'attributesMax'
  | 'elementsMax'
  | 'negotiationMs'
  | 'idleMs'
  | 'answerMs'
  | 'closingMs'
  | 'unsettledMax'
  | 'unsettledCharsMax'
  | 'queueCharsMax'
  | 'backlogCharsMax'
  | 'sweepMs'
> & {
  /** Stanzas of one component in a second. Beyond that it is not read from until the next. */
  readonly stanzasPerSecondMax: number
  /** Bare addresses that one component may speak for while it is connected. */
  readonly speakersMax: number
  /** Connections that have not shown a secret yet. */
  readonly strangersMax: number
}

export const defaultComponentSettings: ComponentSettings = {
  ...defaultStreamSettings,
  negotiationMs: 10_000,
  stanzasPerSecondMax: 1_000,
  speakersMax: 10_000,
  strangersMax: 20,
}
