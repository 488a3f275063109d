// One record with its proof, as other tools read it too: https://c2sp.org/tlog-proof.

import { concatBytes, fromUtf8, toBase64, utf8 } from '../../base/bytes.ts'
import { EvidenceMissing } from '../../record/errors.ts'
import { type Evidence } from '../../record/evidence/ports.ts'
import { proveInclusion, tileReader } from '../../record/ledger/proof.ts'
import { BundleRefused } from '../errors.ts'
import { recordLine, statementLine } from './lines.ts'
import { type ExportAct } from './ports.ts'
import { type BundleHead } from './write.ts'

/** The file of an export of one record: its entry and its line are the extra data. @throws {BundleRefused} @throws {EvidenceMissing} */
export async function recordProof(
  { scope }: ExportAct,
  { evidence, head }: { readonly evidence: Evidence; readonly head: BundleHead },
): Promise<Uint8Array> {
  const { positions, mask, time, conversations, persons, withhold } = scope
  const isFiltered =
    time !== null || conversations !== null || persons !== null || withhold.length > 0
  if (positions === null || positions.to !== positions.from + 1 || isFiltered)
    throw new BundleRefused('a proof is of one record: ask for its position, and for nothing else')
  for await (const entry of evidence.entries(positions, head.size)) {
    const { position, bytes } = entry
    const opened = await evidence.disclose(entry)
    if (opened.kind === 'damaged' || opened.kind === 'destroyed')
      throw new BundleRefused(`record ${position} is ${opened.kind}`)
    const line =
      opened.kind === 'record'
        ? recordLine(position, opened.parts, mask)
        : statementLine(position, opened.body)
    const read = tileReader(head.size, async (path) => await evidence.tile(path))
    const path = await proveInclusion(position, head.size, read)
    const lines = [
      'c2sp.org/tlog-proof@v1',
      `extra ${toBase64(concatBytes(bytes, utf8(line.trimEnd())))}`,
      `index ${position}`,
      ...path.map(toBase64),
    ]
    return utf8(`${lines.join('\n')}\n\n${fromUtf8(head.note) ?? ''}`)
  }
  throw new EvidenceMissing(`record ${positions.from} is not there`)
}
