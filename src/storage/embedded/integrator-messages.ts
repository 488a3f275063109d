import {
  type DurableBatch,
  type Gone,
  type Integrated,
  type LogEnd,
} from '../../record/ledger/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { type Failure } from './failure.ts'

/** What the integrator's thread is started with, beside the place. */
export type IntegratorSettings = {
  readonly headRegister: string
  readonly checkpointEveryMs: number
}

/** Where things lie in a data folder. */
export const dataPaths = {
  vault: 'vault',
  log: 'log',
  bodies: 'bodies',
  mailbox: 'mailbox.db',
  search: 'search',
  openings: 'openings',
} as const

export type ToIntegrator =
  | { readonly kind: 'take'; readonly batches: readonly DurableBatch[] }
  | { readonly kind: 'begin' | 'sign' }
  | { readonly kind: 'forget'; readonly gone: Gone }
  | { readonly kind: 'close'; readonly end: LogEnd }

export type FromIntegrator =
  | { readonly kind: 'started'; readonly integrated: Integrated }
  | { readonly kind: 'moved'; readonly position: LogPosition; readonly blocked: string | null }
  | { readonly kind: 'durable'; readonly durable: LogPosition }
  | { readonly kind: 'begun' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly failure: Failure }
