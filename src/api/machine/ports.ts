import { type Health } from '../door/health.ts'

/** The server as a program: what it was started with, and how it does. */
export type Machine = {
  readonly version: string
  readonly settings: readonly {
    readonly name: string
    readonly value: string | null
    readonly from: string
    readonly meaning: string
  }[]
  /** Each that the settings let in. */
  gateways(): readonly Gateway[]
  /** Null while all is well. */
  missing: Health['notReady']
  measures(): Promise<readonly Measure[]>
}

export type Gateway = {
  readonly domain: string
  readonly isConnected: boolean
  /** Bare addresses that have spoken since it connected. */
  readonly speakers: number
}

/** One figure; those that come by kinds are summed. */
export type Measure = { readonly name: string; readonly help: string; readonly value: number }
