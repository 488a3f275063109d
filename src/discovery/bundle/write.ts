// Writes an evidence bundle: docs/reference/bundle.md. The same record, act, head and heads statements give the same bytes.

import { concatBytes, toHex, u64, utf8 } from '../../base/bytes.ts'
import { hasher256 } from '../../base/crypto.ts'
import { type Disclosed, type Evidence } from '../../record/evidence/ports.ts'
import { EvidenceMissing } from '../../record/errors.ts'
import { type ExportSigner, type LogIdentity } from '../../record/keys/ports.ts'
import { hashBytes } from '../../record/ledger/tree.ts'
import { partIds } from '../../record/ledger/parts.ts'
import { tilePath } from '../../record/ledger/tiles.ts'
import { type LogPosition } from '../../record/types.ts'
import { actsAbout, type ActsAbout, type ShownRecord } from './about.ts'
import { actsAndIdentities, type ActsAndIdentities } from './acts.ts'
import { exclusionLine, exclusions } from './exclusions.ts'
import { listing, type ListingSink } from './files.ts'
import { line, piecesOf, recordLine, statementLine } from './lines.ts'
import { type Counts, manifestJson, manifestNoteText } from './manifest.ts'
import { envelopeIn, partText, personsIn } from './opened.ts'
import { type BundleSink, type BundleWorld, type ExportAct, type StatedHeads } from './ports.ts'
import { type Attachment, nothingSeen, see, type Seen } from './seen.ts'
import { fates, type Selection } from './select.ts'
import { policyOf } from './policy.ts'
import { tilesToProve } from './tiles.ts'

/** A signed head, whose note was verified. */
export type BundleHead = {
  readonly size: number
  readonly root: Uint8Array
  readonly note: Uint8Array
}

/** What a bundle is made of, beside the act. */
export type BundleParts = {
  readonly evidence: Evidence
  readonly world: BundleWorld
  readonly log: LogIdentity
  readonly signer: ExportSigner
  /** Of a tree that has the act. */
  readonly head: BundleHead
  /** Earlier heads, witnessed ones or such as somebody knows from elsewhere: the bundle proves that they are of the same tree. */
  readonly otherHeads: readonly BundleHead[]
  /** RFC 3161 time stamps (DER) over the text of the head, or of others of these sizes. */
  readonly stamps: readonly { readonly size: number; readonly token: Uint8Array }[]
  /** What of the record is shown: `select()` of the act's scope. */
  readonly selection: Selection
  /** What the log states of the conversations of the selection. */
  readonly stated: readonly StatedHeads[]
  /** Told after each record that is shown. */
  readonly onRecord?: () => void
}

/** What was written, in numbers. */
export type BundleSummary = Counts & {
  readonly from: LogPosition
  readonly to: LogPosition
  readonly size: number
}

/** @throws {BundleRefused} @throws {EvidenceMissing} and nothing of it is kept */
export async function writeBundle(
  act: ExportAct,
  parts: BundleParts,
  sink: BundleSink,
): Promise<BundleSummary> {
  const { head, selection, stated, world } = parts
  const { size } = head
  const about = await actsAbout(world.acts(), { ...parts, size }, { ...act.scope, selection })
  const seen = nothingSeen()
  const writing: Writing = { ...parts, act, about, seen, sink: listing(sink) }
  await writing.sink.file('records.jsonl', piecesOf(records(writing)))
  const also = new Set([act.position, ...stated.map(({ position }) => position), ...about.found()])
  const found = await actsAndIdentities({ seen, selection, also }, { ...parts, size })
  const counts = await besideRecords(writing, found)
  await logFiles(writing, found)
  const { from, to } = selection
  const range = { from, to }
  const json = manifestJson({
    origin: parts.log.origin,
    act,
    range,
    head,
    counts,
    files: writing.sink.listed(),
  })
  await writing.sink.file('manifest.json', [utf8(json)])
  await writing.sink.file('manifest.note', [utf8(parts.signer.sign(manifestNoteText(json)))])
  await sink.keep()
  return { ...counts, ...range, size }
}

type Writing = BundleParts & {
  readonly act: ExportAct
  readonly about: ActsAbout
  readonly seen: Seen
  readonly sink: ListingSink
}

/** The records that are shown, with what they tell of the rest. */
async function* records(writing: Writing): AsyncGenerator<string> {
  const { evidence, selection, seen, about, act, head } = writing
  const { mask } = act.scope
  for await (const entry of evidence.entries(selection, head.size)) {
    const at = entry.position - selection.from
    if (selection.fates[at] !== fates.shown) continue
    const opened = await evidence.disclose(entry)
    if (opened.kind !== 'record') {
      // It was destroyed between the two readings.
      selection.fates[at] = opened.kind === 'destroyed' ? fates.destroyed : fates.damaged
      continue
    }
    const open = opened.parts.filter(({ id }) => !mask.includes(id))
    see(seen, entry.position, open)
    about.see(shownRecord(entry.position, opened, seen))
    seen.shown.records++
    if (open.length < opened.parts.length) seen.shown.masked++
    writing.onRecord?.()
    yield recordLine(entry.position, opened.parts, mask)
  }
}

function shownRecord(
  position: LogPosition,
  opened: Extract<Disclosed, { kind: 'record' }>,
  { members }: Seen,
): ShownRecord {
  const envelope = envelopeIn(opened)
  const text = (id: number): string => partText(opened.parts, id)
  return {
    position,
    kind: envelope.kind,
    conversation: envelope.conv,
    at: envelope.t_server,
    persons: personsIn(envelope),
    envelope,
    content: text(partIds.content),
    wire: text(partIds.wire),
    files: text(partIds.files),
    members: members.get(envelope.members.hash) ?? null,
  }
}

async function besideRecords(writing: Writing, found: ActsAndIdentities): Promise<Counts> {
  const { sink, seen, selection, act } = writing
  await sink.file('acts.jsonl', piecesOf(actLines(writing, found)))
  await sink.file('identities.jsonl', piecesOf(found.identities.map(line)))
  await sink.file('members.jsonl', piecesOf(memberLines(seen)))
  let excluded = 0
  function* excludedLines(): Generator<string> {
    for (const exclusion of exclusions(selection, act.scope)) {
      excluded += exclusion.to - exclusion.from
      yield exclusionLine(exclusion)
    }
  }
  await sink.file('excluded.jsonl', piecesOf(excludedLines()))
  await sink.file('heads.jsonl', piecesOf(headLines(writing.stated)))
  const losses = await attachments(writing)
  await sink.file('losses.jsonl', piecesOf(losses.map(line)))
  return {
    positions: selection.to - selection.from,
    records: seen.shown.records,
    masked: seen.shown.masked,
    acts: found.acts.length,
    excluded,
    identities: found.identities.length,
    files: sink.listed().filter(({ path }) => path.startsWith('files/')).length,
    losses: losses.length,
  }
}

async function* actLines(
  { evidence, head }: Writing,
  { acts }: ActsAndIdentities,
): AsyncGenerator<string> {
  for (const position of acts) {
    const range = { from: position, to: position + 1 }
    for await (const entry of evidence.entries(range, head.size)) {
      const opened = await evidence.disclose(entry)
      if (opened.kind === 'record') yield recordLine(position, opened.parts, [])
      else if (opened.kind === 'statement') yield statementLine(position, opened.body)
      else throw new EvidenceMissing(`the act ${position} cannot be opened`)
    }
  }
}

function* headLines(stated: readonly StatedHeads[]): Generator<string> {
  for (const { position: statement, proved } of stated)
    for (const { bucket, handle, next, last, leaf, path } of proved)
      yield line({ statement, bucket, handle, next, last, leaf, path })
}

function* memberLines({ members }: Seen): Generator<string> {
  for (const [hash, list] of [...members].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (list !== null) yield line({ hash, members: list })
}

type Loss = { readonly what: 'file' | 'members'; readonly [name: string]: string | number }

/** Writes the files that can be read whole, and tells those that cannot. */
async function attachments({ seen, world, sink }: Writing): Promise<readonly Loss[]> {
  const losses: Loss[] = []
  const { withoutMembers } = seen.shown
  if (withoutMembers > 0) losses.push({ what: 'members', records: withoutMembers })
  const inOrder = [...seen.attachments.values()].toSorted((a, b) =>
    a.file.sha256 < b.file.sha256 ? -1 : 1,
  )
  for (const attachment of inOrder) {
    const why = await whyLost(attachment, world)
    const { index, file } = attachment
    const pieces = why === null ? await world.attachment(file) : null
    if (pieces === null)
      losses.push({ what: 'file', index, sha256: file.sha256, why: why ?? 'it is not there' })
    else await sink.file(`files/${file.sha256}`, pieces)
  }
  return losses
}

/** Reads it once to the end, before any of it is written: null when it is what the record says. */
async function whyLost({ file }: Attachment, world: BundleWorld): Promise<string | null> {
  const pieces = await world.attachment(file)
  if (pieces === null) return 'its bytes are not in the store'
  const hashing = hasher256()
  try {
    for await (const piece of pieces) hashing.update(piece)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return toHex(hashing.digest()) === file.sha256 ? null : 'its bytes are not those that were sent'
}

async function logFiles(writing: Writing, { acts }: ActsAndIdentities): Promise<void> {
  const { sink, evidence, head, otherHeads, selection, log } = writing
  const { size } = head
  const outside = acts.filter((act) => act < selection.from || act >= selection.to)
  await sink.file('log/checkpoint', [head.note])
  for (const other of otherHeads)
    await sink.file(`log/${other.size <= selection.from ? 'before' : 'after'}/${other.size}`, [
      other.note,
    ])
  for (const { size: stamped, token } of writing.stamps)
    await sink.file(`tst/${stamped}.tsr`, [token])
  await sink.file('log/entries.bin', entries(writing, outside))
  const heads = otherHeads.map((one) => one.size)
  for (const tile of tilesToProve({ size, range: selection, positions: outside, heads })) {
    const path = tilePath(tile)
    const bytes =
      (await evidence.tile(path)) ?? (await evidence.tile(tilePath({ ...tile, width: 256 })))
    if (bytes === null) throw new EvidenceMissing(`log/${path} is missing`)
    await sink.file(`log/${path}`, [bytes.subarray(0, tile.width * hashBytes)])
  }
  const policy = `# What the bundle says of its log. Get your policy from somewhere else.\n${policyOf(log)}`
  await sink.file('policy.txt', [utf8(policy)])
}

const piecesEntries = 1_024

/** u64 index ‖ entry, ascending: those of the range, and those of acts outside of it. */
async function* entries(
  { evidence, head, selection }: Writing,
  outside: readonly LogPosition[],
): AsyncGenerator<Uint8Array> {
  const { from, to } = selection
  const spans = [
    ...outside.filter((position) => position < from).map(single),
    { from, to },
    ...outside.filter((position) => position >= to).map(single),
  ]
  let pieces: Uint8Array[] = []
  for (const span of spans)
    for await (const { position, bytes } of evidence.entries(span, head.size)) {
      pieces.push(u64(position), bytes)
      if (pieces.length < piecesEntries) continue
      yield concatBytes(...pieces)
      pieces = []
    }
  yield concatBytes(...pieces)
}

function single(position: LogPosition): Span {
  return { from: position, to: position + 1 }
}

type Span = { readonly from: LogPosition; readonly to: LogPosition }
