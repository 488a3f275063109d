// Verifies an evidence bundle: the nine steps of docs/reference/bundle.md. It needs no key, no network and nothing of Onrecord's.
// What it is given from outside: a source of files, a policy from somewhere else, hashes, and a way to verify signatures.
import { Broken, hex, iso, isCount, isList, looseJson, need, same, utf8 } from './bytes.mjs'
import { checkReason, followChain, isAboutRecords, parseExclusion } from './chain.mjs'
import { checkContents } from './contents.mjs'
import { checkRecord, decodeEntry, entriesOf, envelopeOf, maskedIn, parseRecord, parseStatement, personsIn, textOf } from './entries.mjs'
import { followKeys } from './keys.mjs'
import { openBundle } from './manifest.mjs'
import { checkSignature, mainHead, parseKey, parsePolicy, verifyCheckpoint } from './note.mjs'
import { verifyProof } from './proof.mjs'
import { growing, hashing, openTiles } from './tree.mjs'
import { verifyToken } from './tst.mjs'

/** @param open gives the source: a Map of files by name, each `{ size, read(from, to) }`, or `{ proof }`: the bytes of a `.tlog-proof`
 * @param given.policy text: logs, witnesses and quorum, obtained elsewhere
 * @param given.heads checkpoints that were obtained elsewhere, as bytes @param given.roots certificates (DER) of trusted time-stamping services
 * @param port `{ sha256, hasher256, verify(algorithm, key, message, signature) }`; verify gives null where it cannot
 * @param given.skewMs how far server and witnesses may be apart @param onRecord is shown each record that holds, in log order
 * @returns the report; `exit` is 0 complete, 1 broken, 2 sound but incomplete */
export async function verifyBundle(open, { policy, heads = [], roots = [], skewMs = 300_000 }, port, onRecord = () => {}) {
  const report = { result: 'complete', exit: 0, findings: [], proved: [], asserted: [], unchecked: [], levels: {}, names: {}, summary: null }
  const incomplete = (step, code, what) => report.findings.push({ step, code, what })
  try {
    const [known, source] = [parsePolicy(policy, port.sha256), await open()]
    const run = { source, policy: known, heads, roots, skewMs, port, onRecord, report, incomplete }
    await (source.proof === undefined ? verifyAll(run) : verifyProof(run))
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    report.findings.unshift(error.finding)
    return { ...report, result: 'broken', exit: 1, proved: [], levels: {} }
  }
  return report.findings.length > 0 ? { ...report, result: 'incomplete', exit: 2 } : report
}

async function verifyAll(given) {
  const bundle = await openBundle(given.source, given.port)
  const acts = await readActs(bundle)
  const policy = await followKeys(acts.changes, given.policy, given)
  const counts = { positions: 0, records: 0, acts: 0, masked: 0 }
  const [levels, excluded, kinds, files, opened, buckets] = Array.from({ length: 6 }, () => new Map())
  const seen = { counts, levels, excluded, kinds, files, opened, buckets, members: new Set(), persons: new Set(), before: 0 }
  const run = { ...given, ...bundle, acts, policy, hashes: hashing(given.port.sha256), chain: followChain(bundle.manifest), seen }
  run.head = await mainHead(await run.whole('log/checkpoint'), 'log/checkpoint', run)
  const { origin, checkpoint: { size, root } } = run.manifest
  need(run.head.text === `${origin}\n${size}\n${root}\n`, 2, 'checkpoint.other', 'log/checkpoint is not the one that the manifest names')
  run.tiles = await openTiles(run)
  run.others = await otherHeads(run)
  run.stamped = await timeStamps(run)
  run.witnessed = [...run.others, run.head].filter(({ isWitnessed, witnessedAt }) => isWitnessed && witnessedAt !== null)
  const ends = await exportAct(run)
  await walk(run)
  await checkPredecessors(run)
  run.isToTheEnd = run.chain.end(ends)
  await checkContents(run)
  conclude(run)
}

/** The acts, before their entries are read: what the export was asked for, which keys came after which, and what statements say. */
async function readActs({ lines }) {
  const acts = { exports: new Map(), changes: [], certificates: new Map(), heads: new Map() }
  for await (const line of lines('acts.jsonl')) {
    const record = parseRecord(line, 'acts.jsonl')
    const kind = record.body === undefined ? envelopeOf(record)?.kind : null
    if (kind === 'export') acts.exports.set(record.index, record)
    if (kind === 'key.signing') acts.changes.push(record)
    if (kind !== null) continue
    const statement = parseStatement(record)
    if (statement.kind === 'disposal.certificate') acts.certificates.set(statement.says.bucket, statement.says)
    if (statement.kind === 'heads') acts.heads.set(record.index, statement.says)
  }
  return acts
}

/** Step 4: other heads are of the same tree: those of the bundle, and those that whoever verifies has from elsewhere. */
async function otherHeads({ policy, heads, port, incomplete, names, whole, head, tiles }) {
  const all = { ...policy, logs: [...policy.logs, ...policy.past] }
  const ours = heads.map((bytes, i) => ({ where: `the head ${i + 1} from elsewhere`, bytes, name: null }))
  const theirs = names.filter((one) => /^log\/(?:before|after)\//.test(one)).map((name) => ({ where: name, bytes: null, name }))
  const good = []
  for (const { where, bytes, name } of [...theirs, ...ours]) {
    const other = await verifyCheckpoint(bytes ?? (await whole(name)), all, { ...port, where, step: 4 })
    need(name === null || other.size === Number(name.split('/')[2]), 4, 'checkpoint.name', `${where} is of ${other.size} records`)
    need(other.origin === head.origin, 4, 'checkpoint.origin', `${where} is of another log`)
    const root = other.size > head.size ? null : await tiles.rootAt(other.size)
    need(root !== null || name === null, 4, 'checkpoint.tiles', `${where} cannot be compared with the tree: tiles are missing`)
    const isSame = root === null || same(root, other.root)
    need(isSame, 4, 'checkpoint.history', `${where} is of another history: the tree of ${other.size} records has another root`)
    const how = other.size > head.size ? 'it is newer than the bundle' : `have a bundle made with --head ${other.size}`
    if (root !== null) good.push(other)
    else incomplete(4, 'head.not-comparable', `${where}, of ${other.size} records, cannot be compared with the bundle: ${how}`)
  }
  return good
}

/** Step 8: time stamps of others over a head. */
async function timeStamps({ roots, port, incomplete, report, names, whole, head, others }) {
  const good = []
  for (const name of names.filter((one) => one.startsWith('tst/'))) {
    const stamped = [head, ...others].find(({ size }) => size === Number(/\d+/.exec(name)[0]))
    need(stamped !== undefined, 8, 'stamp.head', `${name} is over no head of the bundle`)
    const { at, isTrusted } = await verifyToken(await whole(name), utf8(stamped.text), { roots, port, where: name })
    if (isTrusted) {
      good.push({ size: stamped.size, at })
      report.proved.push(`The head of ${stamped.size} records was there at ${iso(at)}, as a time-stamping service says.`)
    } else if (roots.length > 0) incomplete(8, 'stamp.untrusted', `${name}: the chain of its signer ends in no root that was given`)
    else report.unchecked.push(`${name}, a time stamp of ${iso(at)}: no certificate of a time-stamping service was given`)
  }
  return good
}

/** Step 1, its end: the manifest is signed with the key that the act of export names, and the act is in the log.
 * @returns how many records there were of what was asked for; null where the range ends before, or the act does not say */
async function exportAct({ port, report, incomplete, manifest, note, acts, range }) {
  const record = acts.exports.get(manifest.export.act)
  need(record !== undefined, 1, 'export.missing', 'the act of export is not in the bundle')
  const [said, envelope] = [looseJson(textOf(record, 1) ?? 'null'), envelopeOf(record)]
  const { act: position, at, ...named } = manifest.export
  const isSame = Object.entries({ ...named, scope: manifest.scope }).every(([name, value]) => JSON.stringify(said?.[name]) === JSON.stringify(value))
  need(isSame && envelope.t_server === at && envelope.sender === named.by, 1, 'export.other', 'the act of export says something else than the manifest')
  const key = parseKey(String(said.key), port.sha256)
  need(typeof key !== 'string', 1, 'export.key', `the act of export names ${key}`)
  const { state } = await checkSignature(key, note, { verify: port.verify, where: 'manifest.note', step: 1 })
  need(state !== 'missing', 1, 'manifest.unsigned', 'manifest.note is not signed with the key that the act of export names')
  if (state === 'unchecked') incomplete(1, 'manifest.unchecked', 'the signature of the manifest could not be verified on this machine')
  const { positions, time } = manifest.scope
  const { from, to } = said.range ?? { from: 0, to: null }
  const isWhole = range.from === Math.max(positions?.from ?? 0, from) && range.to === Math.min(positions?.to ?? Infinity, to ?? Infinity, position)
  // Acts of before do not say where the time that was asked for lies.
  const isUntold = time !== null && (said.range ?? null) === null
  need(range.to <= position && (isWhole || isUntold), 6, 'scope.range', 'the range is not the one that was asked for')
  report.proved.push(`The act of export is record ${position} of the log: it names who asked, what for, what was asked for, and the key that signs the bundle.`)
  if (time !== null) (isUntold ? report.asserted : report.proved).push(`All of the time that was asked for is in record ${range.from} to ${range.to - 1}.`)
  const areEnds = [said.ends?.conversations, said.ends?.persons].every((list) => isList(list, ({ next }) => isCount(next)))
  return range.to === position && areEnds ? said.ends : null
}

/** Steps 3, 5 and 6: every entry is in the tree, and each is shown, or excluded for a reason. */
async function walk(run) {
  const { lines, tiles, hashes, chain, seen, range } = run
  const [records, acts] = ['records.jsonl', 'acts.jsonl'].map((name) => reader(name, lines(name), (line) => parseRecord(line, name), 'index'))
  const excluded = reader('excluded.jsonl', lines('excluded.jsonl'), parseExclusion, 'from')
  let expected = range.from
  for await (const { index, bytes } of entriesOf(run)) {
    const [entry, leaf, there] = [decodeEntry(bytes, index), hashes.leaf(bytes), await tiles.leafAt(index)]
    need(there !== null, 3, 'tile.missing', `the tile with entry ${index} is missing`)
    need(same(leaf, there), 3, 'entry.changed', `entry ${index} is not the one in the tree`)
    const isInRange = index === expected && index < range.to
    need(isInRange || index < range.from || expected === range.to, 3, 'entry.missing', `entry ${expected} is missing`)
    if (isInRange && index === range.from) chain.beginRange()
    const [record, act, exclusion] = [await records(index), await acts(index), await excluded(index)]
    const ways = [record, act, exclusion].filter((one) => one !== null).length
    need(ways === 1, 6, 'position.unaccounted', `entry ${index} is ${ways === 0 ? 'neither shown nor excluded' : 'shown and excluded, or shown twice'}`)
    await oneEntry(run, { entry, leaf, record, act, exclusion, isInRange })
    if (index < range.from) seen.before++
    if (isInRange) expected++
  }
  need(expected === range.to, 3, 'entry.missing', `entry ${expected} is missing`)
  seen.counts.positions = range.to - range.from
  for (const rest of [records, acts, excluded]) await rest(Infinity)
}

async function oneEntry(run, { entry, leaf, record, act, exclusion, isInRange }) {
  const { acts, chain, seen, manifest, port, tiles, hashes, onRecord } = run
  const { index } = entry
  if (isInRange && entry.type !== 3) {
    const there = seen.buckets.get(entry.bucket) ?? { first: index, count: 0, destroyed: 0, others: 0, tree: growing(hashes) }
    if (acts.certificates.has(entry.bucket)) there.tree.add(leaf)
    if (exclusion !== null) there[exclusion.reason === 'destroyed' ? 'destroyed' : 'others']++
    seen.buckets.set(entry.bucket, { ...there, last: index, count: there.count + 1 })
  }
  const shown = record ?? act
  if (shown === null) {
    need(isInRange, 6, 'position.unaccounted', `entry ${index} is of no range, and is not shown`)
    checkReason(exclusion, manifest)
    need(entry.type !== 3, 6, 'exclusion.statement', `statement ${index} is excluded`)
    seen.excluded.set(exclusion.reason, (seen.excluded.get(exclusion.reason) ?? 0) + 1)
    return chain.entry(entry, exclusion, null)
  }
  need((record !== null) === (entry.type === 1), 5, 'line.place', `record ${index} stands in the wrong file`)
  checkRecord(shown, entry, port.sha256)
  const masked = maskedIn(shown)
  need(masked.every((id) => record !== null && manifest.scope.mask.includes(id)), 6, 'mask', `record ${index}: a part is masked that was not to be`)
  const envelope = envelopeOf(shown)
  seen.counts[record === null ? 'acts' : 'records']++
  if (masked.length > 0) seen.counts.masked++
  if (isInRange && entry.type !== 3) chain.entry(entry, null, envelope)
  if (envelope !== null) {
    chain.envelope(entry, envelope, leaf, isInRange)
    const { refs } = envelope
    const about = isCount(refs?.position) && refs.position < index ? await tiles.leafAt(refs.position) : null
    need(about === null || hex(about) === refs.leafHash, 6, 'refs', `record ${index} names another record ${refs?.position} than the log has`)
    seeEnvelope(seen, shown, envelope, record !== null)
  }
  const at = envelope?.t_server ?? (shown.body === undefined ? null : parseStatement(shown).t)
  const level = checkTime(run, index, at)
  seen.levels.set(level, (seen.levels.get(level) ?? 0) + 1)
  onRecord({ index, level, isAct: record === null, envelope, content: textOf(shown, 1), statement: shown.body ?? null, masked, at })
}

function seeEnvelope(seen, shown, envelope, isRecord) {
  const { kind } = envelope
  for (const id of personsIn(envelope)) seen.persons.add(id)
  if (isRecord) seen.members.add(envelope.members.hash)
  else if (isAboutRecords(kind)) seen.kinds.set(kind, (seen.kinds.get(kind) ?? 0) + 1)
  else if (/^person\.(?:add|remove)$/.test(kind)) seen.opened.set(shown.index, { kind, says: looseJson(textOf(shown, 1)) })
  const files = textOf(shown, 3)
  const named = files === null ? [] : looseJson(files)?.files
  need(Array.isArray(named), 5, 'files.form', `record ${shown.index}: its part 3 names no files`)
  for (const file of named) seen.files.set(String(file?.sha256), { size: file?.size, index: shown.index })
}

/** Step 7: between the last witnessed head before a record and the first one that has it.
 * @returns its level: R recorded, S under a signed head, W witnessed by the quorum, T under a head with a time stamp */
function checkTime({ head, others, witnessed, stamped, skewMs }, index, at) {
  let [notBefore, notAfter] = [-Infinity, Infinity]
  for (const { size, witnessedAt } of witnessed)
    if (size <= index) notBefore = Math.max(notBefore, witnessedAt.first * 1000)
    else notAfter = Math.min(notAfter, witnessedAt.last * 1000)
  const stamps = stamped.filter(({ size }) => size > index)
  notAfter = Math.min(notAfter, ...stamps.map((stamp) => stamp.at))
  const says = `record ${index} says ${iso(at)}, and was`
  need(at === null || at >= notBefore - skewMs, 7, 'time.back-dated', `${says} not in the log when it was witnessed at ${iso(notBefore)}`)
  need(at === null || at <= notAfter + skewMs, 7, 'time.future', `${says} witnessed at ${iso(notAfter)} already`)
  if (stamps.length > 0) return 'T'
  if ([...others, head].some(({ isWitnessed, size }) => isWitnessed && size > index)) return 'W'
  return head.signed.length > 0 ? 'S' : 'R'
}

/** Lines that ascend: gives that of an entry, or null; of Infinity, when none may be left. */
function reader(name, lines, parse, place) {
  let [found, next, last] = [null, undefined, -1]
  return async (index) => {
    if (found?.to > index) return found
    if (next === undefined) {
      const { value, done } = await lines.next()
      next = done ? null : parse(value)
      need(done || next[place] > last, 5, 'line.order', `${name}: index ${next?.[place]} stands after index ${last}`)
    }
    need(next === null || next[place] >= index, 5, 'line.unknown', `${name} has a line for entry ${next?.[place]}, which is not in the bundle`)
    found = next?.[place] === index ? next : null
    if (found !== null) [next, last] = [undefined, index]
    return found
  }
}

/** Step 6: the record that a shown one names before it, where that is not shown, is excluded for a reason that holds. */
async function checkPredecessors({ chain: { wanted }, hashes, lines, pieces }) {
  if (wanted.size === 0) return
  const excluded = reader('excluded.jsonl', lines('excluded.jsonl'), parseExclusion, 'from')
  for await (const { index, bytes } of entriesOf({ pieces })) {
    const [exclusion, leaf] = [await excluded(index), hex(hashes.leaf(bytes))]
    const want = wanted.get(leaf)
    if (want === undefined || index >= want.index) continue
    wanted.delete(leaf)
    const isFalse = exclusion?.reason === 'other-conversation' && want.isAsked
    need(!isFalse, 6, 'exclusion.false', `record ${index} is excluded as of another conversation, and record ${want.index} names it as the one before it`)
  }
  for (const { index, mustBe } of wanted.values()) need(!mustBe, 6, 'conv.prev', `the record before record ${index} is not where it has to be`)
}

/** Step 9: what is proved, and what is only said. */
function conclude({ report, manifest, seen, head, chain, range: { from, to }, isToTheEnd, witnessed, stamped }) {
  const [{ positions, records, acts, masked }, { conversations, persons }] = [seen.counts, manifest.scope]
  const [excluded, levels] = [seen.excluded, seen.levels].map((counts) => Object.fromEntries([...counts].sort()))
  const summary = { origin: manifest.origin, size: head.size, from, to, export: manifest.export, scope: manifest.scope, records, acts, masked, excluded }
  Object.assign(report, { levels, summary })
  const [isWitnessed, isFiltered] = [witnessed.length > 0, (conversations ?? persons) !== null]
  const kinds = [...seen.kinds].sort().map(([kind, count]) => `${kind} ${count}`).join(', ')
  const say = (list, lines) => list.push(...lines.filter((line) => line !== false))
  say(report.proved, [
    `Each of the ${positions} entries from ${from} to ${to - 1} is in the log, under a signed head of ${head.size}, and shown or excluded with a reason.`,
    `${records} records and ${acts} acts are what was put on record, to the byte: nothing was changed, added or put in another order.`,
    `${chain.conversations.size} conversations and ${chain.senders.size} senders are numbered without a gap, but for what is excluded.`,
    isFiltered && isToTheEnd && 'Nothing of what was asked for is left out at its end: the log had counted it when the export was put on record.',
    kinds !== '' && `Acts about the records are shown as they were put on record (${kinds}).`,
  ])
  say(report.asserted, [
    ...[...seen.excluded].map(([reason, count]) => `${count} entries are excluded as '${reason}'`),
    conversations !== null && !isToTheEnd &&
      'that the conversation has no record in a bucket (a month) of the range in which none is shown, behind the last one that is',
    conversations !== null && persons !== null && 'that what is excluded of the conversation as of others is not of these persons',
    persons !== null && !isToTheEnd && `that they said nothing ${from > 0 ? 'before the first and ' : ''}behind the last record of theirs that is shown`,
    'that nothing else was done with these records than the acts that are shown',
    'that what was said was true, and that nothing was said elsewhere',
    !isWitnessed && 'that the log has told nobody another history: no witness of your policy has seen these heads',
    !isWitnessed && stamped.length === 0 && 'the times: they are those of the server',
  ])
}
