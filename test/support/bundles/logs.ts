import { concatBytes, toBase64, toHex, u32, u64 } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import { decodeEntry, leafHash } from '../../../src/record/ledger/entry.ts'
import { perfectRoot, proveInclusion, rootOf } from '../../../src/record/ledger/proof.ts'
import { growTree } from '../../../src/record/ledger/tree.ts'
import { signedAnew } from './scene.ts'
import { encode, type BundleCase } from './case.ts'
import { type BundleScope, type StatedHeads } from '../../../src/discovery/bundle/ports.ts'
import { type Cheat } from './forged-log.ts'
import { actOn, bundleOf, emptyScene, policyOf, type Files, type Scene } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'
import { pairOf } from '../sealed-batches.ts'

/** Whoever holds all keys of the log has put on record what cannot be: step 6. */
export async function logCases(): Promise<BundleCase[]> {
  return [
    await broken('a number in a bucket is left out', 'seq.gap', () => ({ seq: 7 })),
    await broken('a number of a conversation is left out', 'conv.gap', () => ({ convSeq: 7 })),
    await broken('a number of a conversation comes again', 'conv.order', () => ({ convSeq: 1 })),
    await broken('a record names another one before it', 'conv.prev', (leaf) => ({
      convPrev: leaf,
    })),
    await broken('a record names none before it, and has a number', 'conv.prev', () => ({
      convPrev: null,
    })),
    await broken('a number of a sender is left out', 'sender.gap', () => ({ senderSeq: 9 })),
    await broken('a number of a sender comes again', 'sender.order', () => ({ senderSeq: 0 })),
    await broken('a record is dated back', 'time.backwards', () => ({
      at: Date.UTC(2026, 10, 21),
    })),
    await broken('a conversation has two handles', 'handle.two', () => ({ counter: 1 })),
    await broken('a record is about another one than there is', 'refs', () => ({}), 'ref'),
  ]
}

async function broken(
  name: string,
  code: string,
  cheat: (leaf: string) => Cheat,
  kind?: 'ref',
): Promise<BundleCase> {
  const scene = await emptyScene('cheat')
  const first = await scene.say(0, 1, 'one')
  await scene.say(1, 0, 'two')
  await scene.say(0, 2, 'to another')
  const refs = kind === 'ref' ? { refs: { position: first, leafHash: '00'.repeat(32) } } : {}
  await scene.say(0, 1, 'three', { ...refs, cheat: cheat(scene.log.leaf(first)) })
  await scene.say(1, 0, 'four')
  return await caseOf(scene, name, { exit: 1, code })
}

type Expected = Pick<BundleCase, 'exit' | 'code'> & Partial<BundleScope>

async function caseOf(
  scene: Scene,
  name: string,
  { positions = null, conversations = null, ...expected }: Expected,
  change: (files: Files) => void = () => {},
): Promise<BundleCase> {
  const files = await bundleOf(scene, await actOn(scene, { positions, conversations }))
  change(files)
  const signed = signedAnew(files, scene.keys)
  return { name, zip: zipOf(membersOf(signed)), policy: policyOf(scene.keys), ...expected }
}

/** Statements of the log itself: how many records there are, and that some were destroyed. Steps 5 and 6. */
export async function statementCases(): Promise<BundleCase[]> {
  return [...(await certificateCases()), ...(await headsCases())]
}

const whole = { exit: 0, code: '' } as const

async function certificateCases(): Promise<BundleCase[]> {
  return [
    await destroyed(
      'records that were destroyed, and nobody says why',
      { exit: 2, code: 'destroyed.uncertified' },
      null,
    ),
    await destroyed('records that were destroyed, with their certificate', whole, (right) => right),
    await destroyed(
      'a certificate that counts one less',
      { exit: 1, code: 'certificate.leaves' },
      (right) => ({
        ...right,
        count: right.count - 1,
      }),
    ),
    await destroyed(
      'a certificate of other records',
      { exit: 1, code: 'certificate.leaves' },
      (right) => ({
        ...right,
        root: toHex(sha256(encode('x'))),
      }),
    ),
    await destroyed(
      'more records are said to be destroyed than the certificate says',
      { exit: 1, code: 'certificate.survivors' },
      (right) => right,
      { survivors: 1, alive: 0 },
    ),
    await destroyed(
      'records that were destroyed, with a certificate from behind the range',
      whole,
      (right) => right,
      { positions: { from: 0, to: 6 } },
    ),
    await destroyed(
      'a bucket that is only partly in the range',
      { exit: 2, code: 'certificate.partly' },
      (right) => right,
      { positions: { from: 0, to: 5 } },
    ),
    await destroyed(
      'records that were destroyed beside one that is shown',
      whole,
      (right) => right,
      { survivors: 1 },
    ),
    await destroyed(
      'records that were destroyed beside others that are not shown',
      { exit: 2, code: 'destroyed.untold' },
      (right) => right,
      { survivors: 1, isOthers: true },
    ),
  ]
}

async function headsCases(): Promise<BundleCase[]> {
  return [
    await stated('the log states how many records a conversation has', whole, {}),
    await stated('the log states that there are more records behind the range', whole, {
      positions: { from: 4, to: 9 },
    }),
    await stated(
      'the log states more records than there are',
      { exit: 1, code: 'heads.count' },
      { more: 1 },
    ),
    await stated(
      'the log states less records than there are',
      { exit: 1, code: 'heads.count' },
      { more: -1 },
    ),
    await stated(
      'a statement says something else of that conversation',
      { exit: 1, code: 'heads.proof' },
      { isForged: true },
    ),
    await stated(
      'a statement says that a conversation ended before the range',
      { exit: 1, code: 'heads.count' },
      { isStale: true, positions: { from: 7, to: 12 } },
    ),
  ]
}

type Leaves = {
  readonly count: number
  readonly first: number
  readonly last: number
  readonly root: string
}

type Destroyed = {
  /** Records that the certificate says are left. */
  readonly survivors?: number
  /** So many are: as many, where that is not said. */
  readonly alive?: number
  /** The last record is of a conversation that was not asked for. */
  readonly isOthers?: boolean
  readonly positions?: BundleScope['positions']
}

async function destroyed(
  name: string,
  expected: Pick<BundleCase, 'exit' | 'code'>,
  certify: ((right: Leaves) => Leaves) | null,
  { survivors = 0, alive = survivors, positions = null, isOthers = false }: Destroyed = {},
): Promise<BundleCase> {
  const scene = await emptyScene('destroyed')
  const { log } = scene
  const first = await scene.say(0, 1, 'one')
  await scene.say(0, 1, 'two')
  const last = await scene.say(isOthers ? 2 : 1, 0, 'three')
  const tree = growTree()
  let bucket = 0
  for await (const { bytes } of log.evidence().entries({ from: 0, to: log.size }, log.size)) {
    const entry = decodeEntry(bytes)
    if (typeof entry === 'string') throw new Error(entry)
    // The acts that added people are of another bucket.
    if (entry.type !== 1) continue
    bucket = entry.bucket
    tree.append(leafHash(bytes))
  }
  for (let position = first; position <= last - alive; position++) log.destroy(position)
  log.now = Date.UTC(2026, 11, 5)
  const leaves = { count: 3, first, last, root: toHex(tree.root()) }
  if (certify !== null) {
    const says = {
      bucket,
      class: 'default',
      leaves: certify(leaves),
      survivors: { count: survivors },
    }
    log.state('disposal.certificate', says)
    log.now += 1_000
  }
  const conversations = isOthers ? [pairOf(scene.people[0], scene.people[1])] : null
  return await caseOf(scene, name, { ...expected, positions, conversations })
}

async function stated(
  name: string,
  expected: Pick<BundleCase, 'exit' | 'code'>,
  stating: Stating,
): Promise<BundleCase> {
  const scene = await emptyScene('stated')
  for (let n = 0; n < 9; n++) await scene.say(n % 3, (n + 1) % 3, `word ${n}`)
  const act = await actOn(scene, { positions: stating.positions ?? null })
  const heads = await statedHeads(scene, stating)
  await scene.say(0, 1, 'after')
  const files = await bundleOf(scene, act, { stated: [heads] })
  return { name, zip: zipOf(membersOf(files)), policy: policyOf(scene.keys), ...expected }
}

type Stating = Pick<Destroyed, 'positions'> & {
  /** So many more than there are. */
  readonly more?: number
  /** The lines say more than the statement. */
  readonly isForged?: boolean
  /** The statement leaves out what was said last, and says that it has all. */
  readonly isStale?: boolean
}

/** A statement of the log over all conversations, and what it says of them. */
async function statedHeads(
  { log }: Scene,
  { more = 0, isForged = false, isStale = false }: Stating,
): Promise<StatedHeads> {
  const handles = new Map<
    string,
    { bucket: number; handle: Uint8Array; next: number; last: number }
  >()
  const to = isStale ? log.size - 6 : log.size
  for await (const { position, bytes } of log.evidence().entries({ from: 0, to }, log.size)) {
    const entry = decodeEntry(bytes)
    if (typeof entry === 'string') throw new Error(entry)
    const { bucket, handle, seq } = entry
    const name = `${bucket} ${toHex(handle)}`
    handles.set(name, { bucket, handle, next: seq + 1 + more, last: position })
  }
  const sorted = [...handles].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  const items = sorted.map(({ bucket, handle, next, last }) =>
    concatBytes(u32(bucket), handle, u32(next), u64(last)),
  )
  const leaves = items.map((item) => sha256(concatBytes(new Uint8Array([0]), item)))
  const read = async (height: number, index: number): Promise<Uint8Array> =>
    perfectRoot(concatBytes(...leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)))
  const root = toHex(await rootOf(leaves.length, read))
  const position = log.state('heads', { size: log.size, count: leaves.length, root })
  const proved: StatedHeads['proved'][number][] = []
  for (const [leaf, { bucket, handle, next, last }] of sorted.entries()) {
    const path = (await proveInclusion(leaf, leaves.length, read)).map(toBase64)
    const said = isForged ? next + 1 : next
    proved.push({ bucket, handle: toHex(handle), next: said, last, leaf, path })
  }
  return { position, proved }
}
