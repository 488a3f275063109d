// A witness: cosigns the heads of logs, and only those that grow out of what it has cosigned. https://c2sp.org/tlog-witness

import { utf8 } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { createLanes } from '../../base/lanes.ts'
import { type Log } from '../../base/log.ts'
import {
  type Checkpoint,
  cosign,
  type Cosigner,
  isLineOf,
  parseCheckpoint,
  signatureBy,
  verifierOf,
} from '../ledger/checkpoint.ts'
import { type Note, parseNote, signatureLine, type VerifierKey } from '../ledger/note.ts'
import { verifyConsistency } from '../ledger/proof.ts'
import { emptyRoot } from '../ledger/tree.ts'
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts'
import { type WitnessState } from './ports.ts'

/** What a witness answers, as HTTP has it. */
export type WitnessAnswer = {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size'
  readonly text: string
}

export type Witness = {
  /** @throws {FatalError} when it is not known what was kept: the witness stops, and the next start reads what there is */
  addCheckpoint(request: Uint8Array): Promise<WitnessAnswer>
  /** The newest head of a log that was cosigned, as a note; null when there is none, or no such log. */
  newest(origin: string): Promise<string | null>
  /** Of the logs that it knows. */
  readonly origins: readonly string[]
}

export type WitnessParts = {
  readonly cosigners: readonly Cosigner[]
  /** Keys of logs, each under the log's origin as its name. A log may have several: each that signs has to be right, one is enough. */
  readonly logs: readonly VerifierKey[]
  readonly state: WitnessState
  readonly clock: Clock
  readonly log: Log
}

export function createWitness(parts: WitnessParts): Witness {
  // One step at a time for each log: between the look at what was seen and the write of what is seen nothing may come.
  const lanes = createLanes()
  const keysOf = (origin: string): readonly VerifierKey[] =>
    parts.logs.filter(({ name }) => name === origin)
  return {
    origins: [...new Set(parts.logs.map(({ name }) => name))],
    newest: async (origin) => (keysOf(origin).length === 0 ? null : await parts.state.read(origin)),
    async addCheckpoint(bytes) {
      const request = parseAddCheckpoint(bytes)
      if (typeof request === 'string') return refusal(400, request)
      const note = parseNote(request.note)
      if (typeof note === 'string') return refusal(400, note)
      const head = parseCheckpoint(note.text)
      if (typeof head === 'string') return refusal(400, head)
      const keys = keysOf(head.origin)
      if (keys.length === 0) return refusal(404, 'this log is not known here')
      const signed = signedLines(note, head, keys)
      if (signed === null) return refusal(403, 'no key of this log has signed, or one badly')
      return await lanes(
        head.origin,
        async () => await step({ request, note, head, signed }, parts),
      )
    },
  }
}

type Submitted = {
  readonly request: AddCheckpoint
  readonly note: Note
  readonly head: Checkpoint
  /** The log's own lines, which were verified. */
  readonly signed: string
}

async function step(submitted: Submitted, parts: WitnessParts): Promise<WitnessAnswer> {
  const { request, note, head, signed } = submitted
  const { origin, size } = head
  if (request.old > size) return refusal(400, 'the old size is larger than the new one')
  const seen = await lastSeen(origin, parts)
  if (request.old !== seen.size)
    return { status: 409, type: 'text/x.tlog.size', text: `${seen.size}\n` }
  if (!verifyConsistency({ old: seen, new: head }, request.proof)) {
    // It may be proof that the log has two histories, so it is told where the operator sees it.
    parts.log.error('witness.refused-head', { origin, seen: seen.size, size })
    return refusal(422, 'the tree does not grow out of the one that was cosigned')
  }
  const seconds = Math.floor(parts.clock.now() / 1_000)
  const lines = parts.cosigners.map((cosigner) =>
    cosign({ text: note.text, head }, cosigner, seconds),
  )
  const cosigned = lines.join('')
  // Kept before it is answered: if we stop in between, the log asks again with this size and gets other lines for the same head.
  try {
    await parts.state.replace(origin, `${note.text}\n${signed}${cosigned}`)
  } catch (cause) {
    throw new FatalError(`what was seen of ${origin} could not be kept`, { cause })
  }
  parts.log.info('witness.cosigned', { origin, size })
  return { status: 200, type: 'text/plain; charset=utf-8', text: cosigned }
}

/**
 * Size and root that were cosigned last; those of the empty tree when none were.
 *
 * @throws {FatalError} when what is kept is not what was kept: its own signatures say so
 */
async function lastSeen(origin: string, { state, cosigners }: WitnessParts): Promise<Checkpoint> {
  const stored = await state.read(origin)
  if (stored === null) return { origin, size: 0, root: emptyRoot() }
  const note = parseNote(utf8(stored))
  const head = typeof note === 'string' ? note : parseCheckpoint(note.text)
  const isOurs =
    typeof note !== 'string' &&
    typeof head !== 'string' &&
    cosigners.every((one) => signatureBy(verifierOf(one), note, head) === 'good')
  if (typeof head === 'string' || head.origin !== origin || !isOurs)
    throw new FatalError(`what was seen of ${origin} is damaged: put it back from a backup`)
  return head
}

/** The lines of the log's keys; null unless one has signed, and none badly. */
function signedLines(note: Note, head: Checkpoint, keys: readonly VerifierKey[]): string | null {
  const found = keys.map((key) => signatureBy(key, note, head))
  if (found.includes('bad') || !found.includes('good')) return null
  const lines = note.signatures.filter((line) => keys.some((key) => isLineOf(key, line)))
  return lines.map(signatureLine).join('')
}

function refusal(status: 400 | 403 | 404 | 422, text: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` }
}
