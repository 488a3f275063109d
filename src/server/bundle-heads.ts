// Which heads a bundle has: the newest that witnesses have seen, those around and between its records, and those that somebody asked for.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { utf8 } from '../base/bytes.ts'
import { OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { readIfThere } from '../base/files.ts'
import { type BundleHead } from '../discovery/bundle/write.ts'
import { decodeHistory, historyItemBytes } from '../record/integrate/checkpoint-history.ts'
import { ownSignerOf, signingPairs, verifyOwnHead } from '../record/keys/own-heads.ts'
import { type Keys } from '../record/keys/ports.ts'
import { plainNote } from '../record/ledger/checkpoint.ts'
import { type LogPosition } from '../record/types.ts'
import { keptStamps, type Stamp, timestampsFolder } from '../record/timestamps/kept.ts'
import { readCosigned } from '../record/witness/cosigned.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { type Config } from './config.ts'
import { headOver } from './signed-head.ts'
import { readPolicy } from './witness-policy.ts'

/** Heads between the first and the last record of a bundle: evenly spread where there are more. */
const betweenMax = 100
/** Beyond the time after which heads are shown to witnesses: how long they may take. */
const witnessMsMax = 30_000
const waitMsMax = 180_000
const lookEveryMs = 250

/** A head, and the time stamp over its text, in DER. */
export type StampedHead = BundleHead & { readonly token: Uint8Array }

export type BundleHeads = {
  /** A signed one, of a tree that has this record. @throws {OperatorError} when none comes */
  signed(position: LogPosition): Promise<BundleHead>
  /** The newest that enough witnesses have cosigned, where witnesses are set and a server shows them heads; else as `signed`. */
  witnessed(position: LogPosition): Promise<BundleHead & { readonly isWitnessed: boolean }>
  /** What witnesses have cosigned: the last before a range, the first behind it, and such between; of less records than `size`. */
  around(
    range: { readonly from: LogPosition; readonly to: LogPosition },
    size: number,
  ): Promise<readonly BundleHead[]>
  /** Heads of less records than `size` that a service has stamped: the first behind a range, and such between. */
  stamped(
    range: { readonly from: LogPosition; readonly to: LogPosition },
    size: number,
  ): Promise<readonly StampedHead[]>
  /** Of these sizes, out of the history of all that were signed, with the Ed25519 signature that it keeps: docs/decisions/0004. */
  earlier(sizes: readonly number[]): Promise<readonly BundleHead[]>
}

export function bundleHeads(
  { data, proofs }: Pick<Config, 'data' | 'proofs'>,
  { log }: Keys,
): BundleHeads {
  const dir = join(data, dataPaths.log)
  const store = fileSizedStore(join(dir, 'witnessed'))
  const own = { origin: log.origin, pairs: () => signingPairs(log) }
  const policy =
    proofs.witnessPolicyFile === null
      ? null
      : readPolicy(proofs.witnessPolicyFile, log.verifierKeys)

  /** Null where not enough have cosigned it, or it was thinned out. */
  async function cosigned(size: number): Promise<BundleHead | null> {
    const note = policy && (await store.read(size))
    if (note === null || policy === null) return null
    const head = readCosigned(note, own, policy)
    if (typeof head === 'string')
      throw new OperatorError('export.witnessed', `log/witnessed, the head of ${size}: ${head}.`)
    return head.isEnough ? { size, root: head.root, note } : null
  }
  async function firstOf(sizes: readonly number[]): Promise<BundleHead | null> {
    for (const size of sizes) {
      const head = await cosigned(size)
      if (head !== null) return head
    }
    return null
  }
  async function signed(position: LogPosition): Promise<BundleHead> {
    return await headOver(position, log, async () => await readIfThere(join(dir, 'checkpoint')))
  }
  return {
    signed,
    async witnessed(position) {
      // Without a server nobody shows heads to witnesses.
      const waitMs =
        policy !== null && isServed(data)
          ? Math.min(proofs.witnessEveryMs + witnessMsMax, waitMsMax)
          : 0
      for (let waited = 0; ; waited += lookEveryMs) {
        const sizes = (await store.sizes()).filter((size) => size > position)
        const head = await firstOf(sizes.toReversed())
        if (head !== null) return { ...head, isWitnessed: true }
        if (waited >= waitMs) break
        await wait(lookEveryMs)
      }
      return { ...(await signed(position)), isWitnessed: false }
    },
    async around({ from, to }, size) {
      const sizes = (await store.sizes()).filter((one) => one < size)
      const before = await firstOf(sizes.filter((one) => one <= from).toReversed())
      const after = await firstOf(sizes.filter((one) => one >= to))
      const found = [before, after]
      for (const one of spread(sizes.filter((it) => it > from && it < to)))
        found.push(await cosigned(one))
      return found.filter((head) => head !== null)
    },
    stamped: async (range, size) => await stampedIn(data, log, { ...range, size }),
    earlier: async (sizes) =>
      sizes.length === 0 ? [] : await fromHistory(join(dir, 'checkpoints'), sizes, log),
  }
}

async function stampedIn(
  data: string,
  log: Keys['log'],
  { from, to, size }: { readonly from: number; readonly to: number; readonly size: number },
): Promise<readonly StampedHead[]> {
  const stamps: Stamp[] = []
  const all = keptStamps(fileSizedStore(join(data, timestampsFolder)))
  for await (const stamp of all.between({ from: from + 1, to: size })) {
    stamps.push(stamp)
    if (stamp.size >= to) break
  }
  return spread(stamps).map(({ size: stamped, checkpoint: note, token }) => {
    const verified = verifyOwnHead(note, log.origin, signingPairs(log))
    if (verified.ok) return { size: stamped, root: verified.checkpoint.root, note, token }
    throw new OperatorError(
      'export.stamped',
      `log/timestamps, the head of ${stamped}: ${verified.reason}.`,
    )
  })
}

/** So many of them at most, evenly spread, and the last one in any case. */
function spread<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, all.length / betweenMax)
  return all.filter(
    (_, i) => i === all.length - 1 || Math.floor(i / step) !== Math.floor((i + 1) / step),
  )
}

/** Whether a server has the folder. */
function isServed(data: string): boolean {
  const lock = tryFileLock(join(data, 'lock'))
  lock?.release()
  return lock === null
}

async function fromHistory(
  path: string,
  sizes: readonly number[],
  log: Keys['log'],
): Promise<readonly BundleHead[]> {
  const bytes = await readFile(path)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % historyItemBytes))
  const items = decodeHistory(whole)
  return sizes.map((size) => {
    const item = items.find((one) => one.size === size)
    if (item === undefined)
      throw new OperatorError('export.no-such-head', `No head of ${size} records was signed.`)
    const checkpoint = { origin: log.origin, ...item }
    const key = ownSignerOf(checkpoint, item.ed25519, log)
    if (key === null)
      throw new OperatorError(
        'export.no-head',
        `The head of ${size} records is signed by no key of the log: see onrecord verify.`,
      )
    return { size, root: item.root, note: utf8(plainNote(checkpoint, key, item.ed25519)) }
  })
}
