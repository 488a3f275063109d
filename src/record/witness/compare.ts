// What a witness has seen of our log, held against the log as it is here.

import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Checkpoint } from '../ledger/checkpoint.ts'
import { beginsWith, newestHead, type OwnHead, type OwnLog, provedHead } from './own-log.ts'
import { type PolicyWitness } from './policy.ts'
import { type Ask } from './ports.ts'

export type Seen =
  /** It has cosigned nothing of ours. */
  | { readonly kind: 'nothing' }
  /** It does not tell, or what it tells is not signed by us. Proves nothing. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'agrees'; readonly theirs: Checkpoint }
  /** It shows a head that we have signed, and that the log here does not grow out of. */
  | {
      readonly kind: 'contradicts'
      readonly theirs: Checkpoint
      /** Null: nothing is signed here. */
      readonly ours: Checkpoint | null
    }

/** Asks the witness for the newest head that it has cosigned. https://c2sp.org/tlog-witness "Monitor Retrieval Mechanism" */
export async function compareWith(witness: PolicyWitness, log: OwnLog, ask: Ask): Promise<Seen> {
  if (witness.url === null) return { kind: 'unknown', why: 'the policy has no address of it' }
  const url = `${witness.url}/${toHex(sha256(utf8(log.origin)))}/checkpoint`
  const answer = await ask({ method: 'GET', url, headers: {}, body: null })
  if (typeof answer === 'string') return { kind: 'unknown', why: answer }
  if (answer.status === 404) return { kind: 'nothing' }
  if (answer.status !== 200) return { kind: 'unknown', why: `status ${answer.status}` }
  const theirs = provedHead(answer.body, log)
  if (theirs === null) return { kind: 'unknown', why: 'what it shows is not signed by us' }
  // Only now: while it was asked, the log may have grown.
  const ours = await newestHead(log)
  return { kind: (await isOurs(theirs, ours, log)) ? 'agrees' : 'contradicts', theirs, ours }
}

/** A head that was signed is in `log/checkpoint` before anybody else gets it, so a larger one was signed elsewhere, or is lost here. */
async function isOurs(theirs: Checkpoint, ours: OwnHead | null, log: OwnLog): Promise<boolean> {
  if (ours === null || theirs.size > ours.size) return false
  return await beginsWith(theirs, ours, log)
}
