import { type Log } from '../../base/log.ts'
import { type Features } from './features.ts'
import { type SessionHost } from './session.ts'
import { type Sessions } from './sessions.ts'
import { type SignInParts } from './sign-in.ts'
import { type Stream } from './stream.ts'

/** What streams need of the server. */
export type StreamHost = SessionHost &
  SignInParts & {
    readonly sessions: Sessions
    readonly features: Features
    readonly log: Log
    readonly events: StreamEvents
    /** The client at that address is a stranger no more: signed in, or gone. */
    readonly strangerLeft: (address: string) => void
    /** The connection is gone. */
    readonly forgetStream: (stream: Stream) => void
  }

/** What is counted about streams. */
export type StreamEvents = {
  signIn(result: 'ok' | 'failed' | 'throttled'): void
  stanza(): void
}
