import { join } from 'node:path'
import { type DataPlace } from './data-vault.ts'
import { type Failure } from './failure.ts'
import { type KeyCall, type KeyReply } from './key-line.ts'

/** What the key agent is told. */
export type ToAgent =
  /** Once, at first. @property domain of a vault that is to be made; null: there is one. @property generation higher than that of each agent before @property hotMs as in `Guarding` */
  | {
      readonly kind: 'open'
      readonly place: DataPlace
      readonly domain: string | null
      readonly generation: number
      readonly hotMs: number | null
    }
  | { readonly kind: 'call'; readonly number: number; readonly call: KeyCall }

/** What it says. */
export type FromAgent =
  /** It has the vault open. @property kits of keys that it has made */
  | { readonly kind: 'up'; readonly kits: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'reply'; readonly number: number; readonly reply: KeyReply }

/** One agent at a time has a data folder's vault. */
export function lockOf(dataDir: string): string {
  return join(dataDir, 'agent.lock')
}
