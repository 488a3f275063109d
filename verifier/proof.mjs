// One record with its proof: https://c2sp.org/tlog-proof. Its extra data are the 112 bytes of the entry, and behind them the record's line,
// as records.jsonl has it: what the leaf is made of, and what the leaf commits to.
import { fromBase64, fromUtf8, hash64, iso, need, strictJson, utf8 } from './bytes.mjs'
import { checkRecord, decodeEntry, entryBytes, envelopeOf, maskedIn, parseRecord, textOf } from './entries.mjs'
import { mainHead } from './note.mjs'
import { hashing, isIncluded } from './tree.mjs'
import { zipSource } from './zip.mjs'

const form = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d{0,15})\n((?:\S+\n)*)\n/
const proofBytesMax = 128 * 1024 * 1024

/** A file as it is verified: a bundle's zip, or a proof. */
export async function sourceOf(file) {
  const isProof = fromUtf8(await file.read(0, Math.min(22, file.size))) === 'c2sp.org/tlog-proof@v1' && file.size <= proofBytesMax
  return isProof ? { proof: await file.read(0, file.size) } : await zipSource(file)
}

export async function verifyProof(run) {
  const { source, port, report, onRecord } = run
  const text = fromUtf8(source.proof) ?? ''
  const found = form.exec(text)
  const extra = fromBase64(found?.[1])
  const path = found?.[3].split('\n').slice(0, -1).map(hash64)
  const line = extra === null ? null : fromUtf8(extra.subarray(entryBytes))
  need(line !== null && !path.includes(null), 3, 'proof.form', 'this is no proof of a record')
  const index = Number(found[2])
  const [entry, record] = [decodeEntry(extra.subarray(0, entryBytes), index), parseRecord(strictJson(line), 'the record')]
  const head = await mainHead(utf8(text.slice(found[0].length)), 'the head in the proof', run)
  const hashes = hashing(port.sha256)
  const isThere = record.index === index && isIncluded({ ...head, leafHash: hashes.leaf(extra.subarray(0, entryBytes)), index }, path, hashes)
  need(isThere, 3, 'proof.false', `the tree of ${head.size} records has another entry ${index}`)
  checkRecord(record, entry, port.sha256)
  const [envelope, level] = [envelopeOf(record), head.isWitnessed ? 'W' : head.signed.length > 0 ? 'S' : 'R']
  const [masked, at] = [maskedIn(record), envelope?.t_server ?? null]
  report.levels = { [level]: 1 }
  report.proved.push(`Record ${index} is what was put on record, to the byte, in the log ${head.origin} under a head of ${head.size} records.`)
  if (head.isWitnessed) report.proved.push(`Witnesses of your policy had seen that head at ${iso(head.witnessedAt.last * 1000)}.`)
  report.asserted.push('its time, and whose ids these are; that what was said was true; what was said before it and after')
  onRecord({ index, level, isAct: entry.type !== 1, envelope, content: textOf(record, 1), statement: record.body ?? null, masked, at })
}
