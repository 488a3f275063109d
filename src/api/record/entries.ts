import { z } from 'zod'
import { toBase64 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { decodeEntry, type EntryType, leafHash } from '../../record/ledger/entry.ts'
import { proveConsistency, proveInclusion, rootOf, tileReader } from '../../record/ledger/proof.ts'
import { entriesOf } from '../../record/evidence/evidence.ts'
import { type EntryAt } from '../../record/evidence/ports.ts'
import { newestHead, type OwnHead } from '../../record/witness/own-log.ts'
import { consistencyAnswer, entriesAnswer, provedEntryAnswer } from '../contract/record.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

const perPageMax = 500
const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const types: { readonly [type in EntryType]: 'message' | 'act' | 'statement' } = {
  1: 'message',
  2: 'act',
  3: 'statement',
}

export const listEntries = route({
  method: 'GET',
  path: '/v1/record/entries',
  permission: 'entries.see',
  summary:
    'Leaves of the log below the newest signed head, without content. The cursor is a position.',
  answer: entriesAnswer,
  params: nothing,
  query: z.strictObject({
    cursor: count.default(0),
    limit: z.coerce.number().int().min(1).max(perPageMax).default(100),
  }),
  body: nothing,
  async handle({ query: { cursor, limit } }, host) {
    const size = (await newestHead(host.provedLog))?.size ?? 0
    const to = Math.min(size, cursor + limit)
    const entries = []
    if (cursor < to)
      for await (const entry of entriesIn({ from: cursor, to }, size, host))
        entries.push(shown(entry, host))
    return { status: 200, body: { entries, next: to < size ? to : null } }
  },
})

export const proveEntry = route({
  method: 'GET',
  path: '/v1/record/entries/:position',
  permission: 'entries.see',
  summary: 'A leaf of the log, and the proof that the newest signed head has it.',
  answer: provedEntryAnswer,
  params: z.strictObject({ position: count }),
  query: nothing,
  body: nothing,
  async handle({ params: { position } }, host) {
    const head = await headOver(position + 1, host)
    const { bytes } = await entryAt(position, head, host)
    const path = await proveInclusion(position, head.size, readerOf(head, host))
    const proof = {
      leafHash: toBase64(leafHash(bytes)),
      index: position,
      size: head.size,
      path: path.map(toBase64),
    }
    const body = { ...shown({ position, bytes }, host), proof, checkpoint: head.text }
    return { status: 200, body }
  },
})

export const proveGrowth = route({
  method: 'GET',
  path: '/v1/record/consistency',
  permission: 'record.see',
  summary:
    'The proof that the log of now begins with that of `from` records. Without `to`: the newest signed head.',
  answer: consistencyAnswer,
  params: nothing,
  query: z.strictObject({ from: count.min(1), to: count.optional() }),
  body: nothing,
  async handle({ query: { from, to: wanted } }, host) {
    const head = await headOver(Math.max(from, wanted ?? 0), host)
    const to = wanted ?? head.size
    if (from > to)
      throw new OperatorError('api.bad-request', '`from` is more than `to`: a log only grows.')
    const read = readerOf(head, host)
    const proof = await proveConsistency(from, to, read)
    const sized = async (
      size: number,
    ): Promise<{ readonly size: number; readonly root: string }> => ({
      size,
      root: toBase64(await rootOf(size, read)),
    })
    const ends = { from: await sized(from), to: await sized(to) }
    return { status: 200, body: { ...ends, proof: proof.map(toBase64), checkpoint: head.text } }
  },
})

/** @throws {OperatorError} where there is no signed head of so many records */
async function headOver(size: number, { provedLog }: Pick<ApiHost, 'provedLog'>): Promise<OwnHead> {
  const head = await newestHead(provedLog)
  if (head === null || head.size < size) throw unknown(head?.size ?? 0)
  return head
}

function unknown(size: number): OperatorError {
  return new OperatorError(
    'entries.unknown',
    `The newest signed head has ${size} records, and no such position: ask again when a newer one is signed.`,
  )
}

function entriesIn(
  range: { readonly from: number; readonly to: number },
  size: number,
  { provedLog }: Pick<ApiHost, 'provedLog'>,
): AsyncGenerator<EntryAt> {
  return entriesOf(async (path) => await provedLog.readTile(path), range, size)
}

async function entryAt(
  position: number,
  { size }: OwnHead,
  host: Pick<ApiHost, 'provedLog'>,
): Promise<EntryAt> {
  const first = await entriesIn({ from: position, to: position + 1 }, size, host).next()
  if (first.done === true) throw unknown(size)
  return first.value
}

function readerOf(
  { size }: OwnHead,
  { provedLog }: Pick<ApiHost, 'provedLog'>,
): ReturnType<typeof tileReader> {
  return tileReader(size, async (path) => await provedLog.readTile(path))
}

function shown(
  { position, bytes }: EntryAt,
  { record }: Pick<ApiHost, 'record'>,
): z.infer<typeof entriesAnswer>['entries'][number] {
  const decoded = decodeEntry(bytes)
  if (typeof decoded === 'string') throw new Error(`entry ${position}: ${decoded}`)
  const bucket = record.bucketOf(position)
  return {
    position,
    entry: toBase64(bytes),
    type: types[decoded.type],
    bucket: bucket && { number: bucket.number, state: bucket.state },
  }
}
