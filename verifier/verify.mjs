// Verifies an evidence bundle: the nine steps of docs/reference/bundle.md. It needs no key, no network and nothing of Onrecord's.
// What it is given from outside: a source of files, a policy from somewhere else, hashes, and a way to verify signatures.

import { Broken, concat, hasFields, hash64, hashHex, hex, isCount, isText, looseJson, same, strictJson, utf8, viewOf } from './bytes.mjs'
import { checkReason, followChain, parseExclusion } from './chain.mjs'
import { checkRecord, decodeEntry, entryBytes, envelopeOf, parseRecord, textOf } from './entries.mjs'
import { openBundle } from './manifest.mjs'
import { checkSignature, parseKey, parsePolicy, verifyCheckpoint } from './note.mjs'
import { growing, hashing, isIncluded, openTiles } from './tree.mjs'
import { verifyToken } from './tst.mjs'

const itemBytes = 8 + entryBytes

/**
 * @param open gives the source: `{ names, size(name), read(name, from, to) }`
 * @param given.policy text: logs, witnesses and quorum, obtained elsewhere
 * @param given.heads checkpoints that were obtained elsewhere, as bytes
 * @param given.roots certificates (DER) of time-stamping services that are trusted
 * @param given.skewMs how far server and witnesses may be apart
 * @param port `{ sha256, hasher256, verify(algorithm, key, message, signature) }`; verify gives null where it cannot
 * @param onRecord is shown each record that holds, in log order
 * @returns the report; `exit` is 0 complete, 1 broken, 2 sound but incomplete
 */
export async function verifyBundle(open, { policy, heads = [], roots = [], skewMs = 300_000 }, port, onRecord = () => {}) {
  const report = { result: 'complete', exit: 0, findings: [], proved: [], asserted: [], unchecked: [], levels: {}, names: {}, summary: null }
  const incomplete = (step, code, what) => report.findings.push({ step, code, what })
  try {
    const known = parsePolicy(policy, port.sha256)
    await verifyAll({ source: await open(), policy: known, heads, roots, skewMs, port, onRecord, report, incomplete })
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    report.findings.unshift(error.finding)
    return { ...report, result: 'broken', exit: 1, proved: [], levels: {} }
  }
  if (report.findings.length > 0) return { ...report, result: 'incomplete', exit: 2 }
  return report
}

async function verifyAll(run) {
  const { source, port, report, incomplete } = run
  const bundle = await openBundle(source, port)
  const { manifest } = bundle
  const head = await mainHead(run, bundle)
  const hashes = hashing(port.sha256)
  const tiles = await openTiles({ size: head.size, root: head.root, names: bundle.names, read: bundle.whole, hashes })
  const others = await otherHeads(run, bundle, { head, tiles })
  const stamped = await timeStamps(run, bundle, [head, ...others])
  const acts = await readActs(bundle)
  const act = await exportAct(run, bundle, acts)
  const of = { ...run, bundle, manifest, head, hashes, tiles, others, stamped, acts, seen: nothingSeen(), chain: followChain(manifest) }
  await walk(of)
  await checkPredecessors(of)
  of.chain.end()
  await checkIdentities(of)
  await checkMembers(of)
  await checkFiles(of)
  await checkHeads(of)
  await checkCertificates(of)
  checkCounts(of)
  for await (const line of bundle.lines('losses.jsonl')) {
    const loss = strictJson(line)
    if (loss?.what !== 'file' && loss?.what !== 'members') throw new Broken(5, 'loss.form', 'losses.jsonl has a line that is no loss')
    of.seen.losses++
    if (loss.what === 'file') incomplete(5, 'file.lost', `the file ${loss.sha256} is not in the bundle: ${loss.why}`)
    else report.asserted.push(`who the members were of ${loss.records} records: only the hash of their list is known`)
  }
  if (of.seen.losses !== manifest.counts.losses) throw new Broken(6, 'counts', 'the manifest counts other losses')
  conclude(of, act)
}

// Step 2: the newest head.

async function mainHead({ policy, port, report, incomplete }, { manifest, whole }) {
  const head = await verifyCheckpoint(await whole('log/checkpoint'), policy, { ...port, where: 'log/checkpoint', step: 2 })
  const { size, root } = manifest.checkpoint
  if (head.origin !== manifest.origin || head.size !== size || !same(head.root, hash64(root)))
    throw new Broken(2, 'checkpoint.other', 'log/checkpoint is not the one that the manifest names')
  for (const what of head.unchecked) report.unchecked.push(`the signature by ${what}: this machine cannot verify it`)
  for (const what of head.missing) report.asserted.push(`log/checkpoint has no signature by ${what}`)
  if (policy.quorum !== 'none' && !head.isWitnessed) incomplete(2, 'quorum', `log/checkpoint is witnessed by ${head.witnesses.length} of the policy's witnesses, which is not the quorum it asks for`)
  if (head.signedBy.length === 0) incomplete(2, 'checkpoint.unchecked', 'no signature of the log could be verified on this machine')
  return head
}

// Step 4: other heads are of the same tree: those of the bundle, and those that whoever verifies has from elsewhere.

async function otherHeads({ policy, heads, port, incomplete }, { names, whole, manifest }, { head, tiles }) {
  const found = []
  for (const name of names.filter((one) => /^log\/(?:before|after)\//.test(one))) {
    const other = await verifyCheckpoint(await whole(name), policy, { ...port, where: name, step: 4 })
    if (other.size !== Number(name.split('/')[2])) throw new Broken(4, 'checkpoint.name', `${name} is of ${other.size} records`)
    found.push({ other, where: name, isOurs: false })
  }
  for (const [i, bytes] of heads.entries()) {
    const where = `the head ${i + 1} from elsewhere`
    found.push({ other: await verifyCheckpoint(bytes, policy, { ...port, where, step: 4 }), where, isOurs: true })
  }
  const good = []
  for (const { other, where, isOurs } of found) {
    if (other.origin !== manifest.origin) throw new Broken(4, 'checkpoint.origin', `${where} is of another log`)
    const root = other.size > head.size ? null : other.size === head.size ? head.root : await tiles.rootAt(other.size)
    if (root === null && isOurs) {
      const how = other.size > head.size ? 'it is newer than the bundle' : `have a bundle made with --head ${other.size}`
      incomplete(4, 'head.not-comparable', `${where}, of ${other.size} records, cannot be compared with the bundle: ${how}`)
      continue
    }
    if (root === null) throw new Broken(4, 'checkpoint.tiles', `${where} cannot be compared with the tree: tiles are missing`)
    if (!same(root, other.root)) throw new Broken(4, 'checkpoint.history', `${where} is of another history: the tree of ${other.size} records has another root`)
    good.push(other)
  }
  return good
}

// Step 8: time stamps of others over a head.

async function timeStamps({ roots, port, incomplete, report }, { names, whole }, heads) {
  const good = []
  for (const name of names.filter((one) => one.startsWith('tst/'))) {
    const head = heads.find(({ size }) => size === Number(/\d+/.exec(name)?.[0]))
    if (head === undefined) throw new Broken(8, 'stamp.head', `${name} is over no head of the bundle`)
    const { at, isTrusted } = await verifyToken(await whole(name), utf8(head.text), { roots, port, where: name })
    if (isTrusted) good.push({ size: head.size, at })
    else incomplete(8, 'stamp.untrusted', `${name}: the chain of its signer ends in no root that was given`)
    if (isTrusted) report.proved.push(`The head of ${head.size} records was there at ${iso(at)}, as a time-stamping service says.`)
  }
  return good
}

// The acts, read before their entries are: what the export was asked for, and what statements say.

async function readActs({ lines }) {
  const acts = { exports: [], certificates: new Map(), heads: new Map() }
  for await (const line of lines('acts.jsonl')) {
    const record = parseRecord(line, 'acts.jsonl')
    if (record.body === undefined) {
      if (envelopeOf(record)?.kind === 'export') acts.exports.push(record)
      continue
    }
    const statement = parseStatement(record)
    if (statement.kind === 'disposal.certificate') acts.certificates.set(statement.says.bucket, { ...statement.says, index: record.index })
    if (statement.kind === 'heads') acts.heads.set(record.index, statement.says)
  }
  return acts
}

function parseStatement({ body, index }) {
  const value = looseJson(body)
  if (value?.v !== 1 || typeof value.kind !== 'string' || !isCount(value.t) || typeof value.says !== 'object' || value.says === null)
    throw new Broken(5, 'statement.form', `statement ${index} is of no version that is known`)
  return value
}

/** Step 1, its end: the manifest is signed with the key that the act of export names, and the act is in the log. */
async function exportAct({ port, report, incomplete }, { manifest, note }, { exports }) {
  const record = exports.find(({ index }) => index === manifest.export.act)
  if (record === undefined) throw new Broken(1, 'export.missing', 'the act of export is not in the bundle')
  const said = looseJson(textOf(record, 1) ?? 'null')
  const envelope = envelopeOf(record)
  const { act: _act, at, ...named } = manifest.export
  const isSame = ['id', 'by', 'purpose', 'matter'].every((name) => said?.[name] === named[name]) && envelope.t_server === at && envelope.sender === named.by
  if (!isSame || JSON.stringify(said.scope) !== JSON.stringify(manifest.scope))
    throw new Broken(1, 'export.other', 'the act of export on record says something else than the manifest')
  const key = parseKey(String(said.key), port.sha256)
  if (typeof key === 'string') throw new Broken(1, 'export.key', `the act of export names ${key}`)
  const { state } = await checkSignature(key, note, { verify: port.verify, where: 'manifest.note', step: 1 })
  if (state === 'missing') throw new Broken(1, 'manifest.unsigned', 'manifest.note is not signed with the key that the act of export names')
  if (state === 'unchecked') incomplete(1, 'manifest.unchecked', 'the signature of the manifest could not be verified on this machine')
  const { from, to } = manifest.scope.positions ?? { from: 0, to: Infinity }
  const first = manifest.ranges[0].from
  const last = manifest.ranges.at(-1).to
  const isRange = manifest.ranges.length === 1 && last <= record.index
  const isWhole = manifest.scope.time !== null || (first === from && last === Math.min(to, record.index))
  if (!isRange || !isWhole) throw new Broken(6, 'scope.range', 'the range is not the one that was asked for')
  report.proved.push(`The act of export is record ${record.index} of the log: it names who asked, for what purpose, what was asked for, and the key that signs the bundle.`)
  return record
}

function nothingSeen() {
  return { records: 0, masked: 0, acts: 0, excluded: new Map(), positions: 0, identities: 0, losses: 0, members: new Set(), files: new Map(), persons: new Set(), opened: new Map(), buckets: new Map(), levels: new Map() }
}

// Steps 3, 5 and 6: every entry is in the tree, and each is shown, or excluded for a reason.

async function walk(of) {
  const { bundle, tiles, manifest, hashes, chain, seen } = of
  const records = reader(bundle.lines('records.jsonl'), (line) => parseRecord(line, 'records.jsonl'), ({ index }) => index)
  const acts = reader(bundle.lines('acts.jsonl'), (line) => parseRecord(line, 'acts.jsonl'), ({ index }) => index)
  const excluded = reader(bundle.lines('excluded.jsonl'), parseExclusion, ({ from }) => from)
  let [range, expected, run] = [0, manifest.ranges[0].from, null]
  for await (const { index, bytes } of entriesOf(bundle)) {
    const entry = decodeEntry(bytes, index)
    const leaf = hashes.leaf(bytes)
    const there = await tiles.leafAt(index)
    if (there === null) throw new Broken(3, 'tile.missing', `the tile with entry ${index} is missing`)
    if (!same(leaf, there)) throw new Broken(3, 'entry.changed', `entry ${index} is not the one in the tree`)
    const isInRange = index === expected
    if (isInRange && index === manifest.ranges[range].from) chain.beginRange()
    const { from = Infinity } = manifest.ranges[range] ?? {}
    if (!isInRange && index >= from) throw new Broken(3, 'entry.missing', `entry ${expected} is missing`)
    const record = await records.at(index)
    const act = await acts.at(index)
    if (run === null || run.to <= index) run = (await excluded.at(index)) ?? (run?.to > index ? run : null)
    const exclusion = run !== null && run.from <= index && index < run.to ? run : null
    if ([record, act, exclusion].filter((one) => one !== null).length !== 1)
      throw new Broken(6, 'position.unaccounted', `entry ${index} is ${exclusion || record || act ? 'shown and excluded, or shown twice' : 'neither shown nor excluded'}`)
    await oneEntry(of, { entry, leaf, record, act, exclusion, isInRange })
    if (!isInRange) continue
    seen.positions++
    expected++
    if (expected === manifest.ranges[range].to) expected = manifest.ranges[++range]?.from ?? Infinity
  }
  if (expected !== Infinity) throw new Broken(3, 'entry.missing', `entry ${expected} is missing`)
  for (const [name, rest] of [['records.jsonl', records], ['acts.jsonl', acts], ['excluded.jsonl', excluded]])
    if (await rest.isLeft()) throw new Broken(5, 'line.unknown', `${name} has a line for an entry that is not in the bundle`)
}

async function oneEntry(of, { entry, leaf, record, act, exclusion, isInRange }) {
  const { chain, seen, manifest, port, onRecord } = of
  const { index } = entry
  countBucket(seen, entry, leaf, isInRange)
  const shown = record ?? act
  if (shown === null) {
    if (!isInRange) throw new Broken(6, 'position.unaccounted', `entry ${index} is of no range, and is not shown`)
    checkReason(exclusion, manifest)
    if (entry.type === 3) throw new Broken(6, 'exclusion.statement', `statement ${index} is excluded`)
    seen.excluded.set(exclusion.reason, (seen.excluded.get(exclusion.reason) ?? 0) + 1)
    if (exclusion.reason === 'destroyed') seen.buckets.get(entry.bucket).destroyed++
    return chain.entry(entry, { exclusion, envelope: null, isStatement: false })
  }
  if ((record !== null) !== (entry.type === 1)) throw new Broken(5, 'line.place', `record ${index} stands in the wrong file`)
  checkRecord(shown, entry, port.sha256)
  const masked = shown.parts?.filter(({ commitment }) => commitment) ?? []
  if (masked.some(({ id }) => !manifest.scope.mask.includes(id) || act !== null)) throw new Broken(6, 'mask', `record ${index}: a part is masked that was not to be`)
  const envelope = envelopeOf(shown)
  if (record !== null) seen.records++
  else seen.acts++
  if (masked.length > 0) seen.masked++
  if (isInRange) chain.entry(entry, { exclusion: null, envelope, isStatement: shown.body !== undefined })
  if (envelope !== null) {
    chain.envelope(entry, envelope, leaf, isInRange)
    await checkReference(of, index, envelope.refs)
    seeEnvelope(seen, shown, envelope, record !== null)
  }
  const times = checkTime(of, entry, envelope?.t_server ?? (shown.body === undefined ? null : parseStatement(shown).t))
  const level = levelOf(of, index)
  seen.levels.set(level, (seen.levels.get(level) ?? 0) + 1)
  onRecord({ index, level, isAct: record === null, envelope, content: textOf(shown, 1), statement: shown.body ?? null, masked: masked.map(({ id }) => id), ...times })
}

function countBucket(seen, entry, leaf, isInRange) {
  const bucket = seen.buckets.get(entry.bucket) ?? { count: 0, first: entry.index, last: entry.index, destroyed: 0, leaves: [] }
  seen.buckets.set(entry.bucket, bucket)
  if (!isInRange || entry.type === 3) return
  bucket.count++
  bucket.last = entry.index
}

function seeEnvelope(seen, shown, envelope, isRecord) {
  for (const id of [envelope.sender, ...envelope.views.flatMap(({ owner, peer }) => [owner, peer])]) if (id !== null) seen.persons.add(id)
  if (isRecord) seen.members.add(envelope.members.hash)
  else if (/^person\.(?:add|remove)$/.test(envelope.kind)) seen.opened.set(shown.index, { kind: envelope.kind, says: textOf(shown, 1) })
  const files = textOf(shown, 3)
  if (files === null) return
  const named = looseJson(files)?.files
  if (!Array.isArray(named)) throw new Broken(5, 'files.form', `record ${shown.index}: its part 3 names no files`)
  for (const file of named) seen.files.set(String(file?.sha256), { size: file?.size, index: shown.index })
}

/** What a record is about is named by position and leaf hash. */
async function checkReference({ tiles }, index, refs) {
  if (refs === null || refs === undefined) return
  const leaf = isCount(refs.position) && refs.position < index ? await tiles.leafAt(refs.position) : null
  if (leaf !== null && hex(leaf) !== refs.leafHash) throw new Broken(6, 'refs', `record ${index} names another record ${refs.position} than the log has`)
}

// Step 7: between the last witnessed head before a record and the first one that has it.

function witnessed({ head, others }) {
  return [...others, head].filter(({ isWitnessed, witnessedAt }) => isWitnessed && witnessedAt !== null)
}

function checkTime(of, { index }, at) {
  const heads = witnessed(of)
  const before = heads.filter(({ size }) => size <= index).map(({ witnessedAt }) => witnessedAt.first * 1000)
  const stamps = of.stamped.filter(({ size }) => size > index).map((stamp) => stamp.at)
  const after = [...heads.filter(({ size }) => size > index).map(({ witnessedAt }) => witnessedAt.last * 1000), ...stamps]
  const times = { at, notBefore: before.length === 0 ? null : Math.max(...before), notAfter: after.length === 0 ? null : Math.min(...after) }
  if (at === null) return times
  if (times.notBefore !== null && at < times.notBefore - of.skewMs)
    throw new Broken(7, 'time.back-dated', `record ${index} says ${iso(at)}, and was not in the log when it was witnessed at ${iso(times.notBefore)}`)
  if (times.notAfter !== null && at > times.notAfter + of.skewMs)
    throw new Broken(7, 'time.future', `record ${index} says ${iso(at)}, and was witnessed at ${iso(times.notAfter)} already`)
  return times
}

function iso(ms) {
  return new Date(ms).toISOString()
}

/** R recorded, S under a signed head, W witnessed by the quorum, T under a head with a time stamp. */
function levelOf({ head, others, stamped }, index) {
  if (stamped.some(({ size }) => size > index)) return 'T'
  if ([...others, head].some(({ isWitnessed, size }) => isWitnessed && size > index)) return 'W'
  return head.signedBy.length > 0 ? 'S' : 'R'
}

async function* entriesOf({ pieces }) {
  let [rest, last] = [new Uint8Array(0), -1]
  for await (const piece of pieces('log/entries.bin')) {
    const bytes = concat(rest, piece)
    const whole = bytes.length - (bytes.length % itemBytes)
    for (let at = 0; at < whole; at += itemBytes) {
      const index = Number(viewOf(bytes).getBigUint64(at))
      if (!Number.isSafeInteger(index) || index <= last) throw new Broken(3, 'entries.order', `entry ${index} stands after entry ${last}`)
      last = index
      yield { index, bytes: bytes.subarray(at + 8, at + itemBytes) }
    }
    rest = bytes.slice(whole)
  }
  if (rest.length > 0) throw new Broken(3, 'entries.form', 'log/entries.bin ends in the middle of an entry')
}

/** Lines that ascend, looked at one at a time. */
function reader(lines, parse, placeOf) {
  let next
  const fill = async () => {
    if (next !== undefined) return
    const { value, done } = await lines.next()
    next = done ? null : parse(value)
  }
  let last = -1
  return {
    async at(index) {
      await fill()
      if (next === null) return null
      const place = placeOf(next)
      if (place <= last) throw new Broken(5, 'line.order', `index ${place} stands after index ${last}`)
      if (place < index) throw new Broken(5, 'line.unknown', `there is a line for entry ${place}, which is not in the bundle`)
      if (place > index) return null
      const one = next
      last = place
      next = undefined
      return one
    },
    async isLeft() {
      await fill()
      return next !== null
    },
  }
}

/** Step 6: the record that a shown one names before it, where that is not shown, is excluded for a reason that holds. */
async function checkPredecessors({ bundle, hashes, chain }) {
  if (chain.wanted.size === 0) return
  const excluded = reader(bundle.lines('excluded.jsonl'), parseExclusion, ({ from }) => from)
  let run = null
  for await (const { index, bytes } of entriesOf(bundle)) {
    if (run === null || run.to <= index) run = await excluded.at(index)
    const leaf = hex(hashes.leaf(bytes))
    const want = chain.wanted.get(leaf)
    if (want === undefined || index >= want.index) continue
    chain.wanted.delete(leaf)
    const isExcluded = run !== null && run.from <= index && index < run.to
    if (isExcluded && run.reason === 'other-conversation' && want.isAsked)
      throw new Broken(6, 'exclusion.false', `record ${index} is excluded as of another conversation, and record ${want.index} names it as the one before it`)
  }
  for (const { index, mustBe } of chain.wanted.values())
    if (mustBe) throw new Broken(6, 'conv.prev', `the record before record ${index} is not where it has to be`)
}

// Step 5, the rest: who had which address, who the members were, and files.

async function checkIdentities({ bundle, seen, report, port }) {
  const named = new Set()
  let last = ''
  for await (const line of bundle.lines('identities.jsonl')) {
    const one = strictJson(line)
    if (!hasFields(one, ['person', 'address', 'since', 'until']) || !isText(one.person) || !isText(one.address)) throw new Broken(5, 'identity.form', 'identities.jsonl has a line that is no identity')
    const place = `${one.person} ${String(one.since ?? 0).padStart(16, '0')}`
    if (place <= last) throw new Broken(5, 'identity.order', `${one.address} is not in its order`)
    last = place
    seen.identities++
    named.add(one.person)
    ;(report.names[one.person] ??= []).push(one.address)
    if (one.since === null) {
      const id = hex(port.sha256(utf8(`onrecord outsider ${one.address}`))).slice(0, 32)
      if (id !== one.person || one.until !== null) throw new Broken(5, 'identity.false', `${one.address} is not the address of ${one.person}`)
      continue
    }
    const says = (index, kind) => (seen.opened.get(index)?.kind === kind ? looseJson(seen.opened.get(index).says) : null)
    const added = says(one.since, 'person.add')
    const isEnd = one.until === null || says(one.until, 'person.remove')?.person === one.person
    if (added?.person !== one.person || added.address !== one.address || !isEnd) throw new Broken(5, 'identity.false', `no act in the bundle says that ${one.address} was the address of ${one.person}`)
  }
  const unnamed = [...seen.persons].filter((id) => !named.has(id)).length
  if (named.size > 0) report.proved.push(`${named.size} persons: the acts that gave them their addresses are in the log, or their id is the hash of the address.`)
  if (unnamed > 0) report.asserted.push(`${unnamed} ids in the records are not given an address by this bundle (rooms and the record's own archives have ids too)`)
}

async function checkMembers({ bundle, seen, port }) {
  let last = ''
  for await (const line of bundle.lines('members.jsonl')) {
    const one = strictJson(line)
    const isGood = hasFields(one, ['hash', 'members']) && Array.isArray(one.members) && one.members.every(isText) && one.hash > last
    if (!isGood) throw new Broken(5, 'members.form', 'members.jsonl has a line that is no list of members')
    last = one.hash
    const sorted = one.members.every((id, i) => i === 0 || one.members[i - 1] < id)
    if (!sorted || hex(port.sha256(utf8(one.members.map((id) => `${id}\n`).join('')))) !== one.hash || !seen.members.has(one.hash))
      throw new Broken(5, 'members.false', `the list ${one.hash.slice(0, 12)}… is not the one that a record names`)
  }
}

async function checkFiles({ bundle, seen, manifest }) {
  const listed = manifest.files.filter(({ path }) => path.startsWith('files/'))
  for (const { path, bytes, sha256 } of listed) {
    if (path !== `files/${sha256}`) throw new Broken(5, 'file.content', `${path} is not called by its hash`)
    const named = seen.files.get(path.slice('files/'.length))
    if (named === undefined) throw new Broken(5, 'file.unnamed', `no record names ${path}`)
    if (named.size !== bytes) throw new Broken(5, 'file.size', `record ${named.index} names ${path} with ${named.size} bytes`)
  }
  if (listed.length !== manifest.counts.files) throw new Broken(6, 'counts', 'the manifest counts other files')
  const missing = [...seen.files.keys()].filter((hash) => !bundle.names.includes(`files/${hash}`))
  let lost = 0
  for await (const line of bundle.lines('losses.jsonl')) if (missing.includes(strictJson(line)?.sha256)) lost++
  if (lost < missing.length) throw new Broken(5, 'file.missing', `${missing.length - lost} files that records name are neither in the bundle nor among the losses`)
}

/** Statements of how many records each conversation had at that hour. LEDGER.md §3.5. */
async function checkHeads({ bundle, acts, port, hashes, chain, manifest, report }) {
  let count = 0
  for await (const line of bundle.lines('heads.jsonl')) {
    const one = strictJson(line)
    if (!hasFields(one, ['statement', 'bucket', 'handle', 'next', 'last', 'leaf', 'path'])) throw new Broken(6, 'heads.form', 'heads.jsonl has a line that is none')
    const says = acts.heads.get(one.statement)
    const root = hashHex(says?.root)
    const path = Array.isArray(one.path) ? one.path.map(hash64) : [null]
    const handle = /^[0-9a-f]{16}$/.test(one.handle) ? Uint8Array.from(one.handle.match(/../g), (byte) => parseInt(byte, 16)) : null
    if (root === null || handle === null || path.includes(null) || ![one.bucket, one.next, one.last, one.leaf].every(isCount)) throw new Broken(6, 'heads.form', 'a line of heads.jsonl has no statement in the bundle')
    const item = new Uint8Array(24)
    viewOf(item).setUint32(0, one.bucket)
    item.set(handle, 4)
    viewOf(item).setUint32(12, one.next)
    viewOf(item).setBigUint64(16, BigInt(one.last))
    if (!isIncluded({ leafHash: hashes.leaf(item), index: one.leaf, size: says.count, root }, path, hashes)) throw new Broken(6, 'heads.proof', `the statement ${one.statement} does not say that of ${one.handle}`)
    const { from, to } = manifest.ranges.at(-1)
    const found = chain.handles.get(`${one.bucket} ${one.handle}`)
    if (one.last >= from && one.last < to && one.last < one.statement) {
      const entry = await entryAt(bundle, one.last)
      if (entry === null || entry.handle !== one.handle || entry.bucket !== one.bucket || entry.seq !== one.next - 1) throw new Broken(6, 'heads.count', `the log said that ${one.handle} had ${one.next} records, the last of them record ${one.last}`)
    }
    if (found !== undefined) count++
  }
  if (count > 0) report.proved.push(`For ${count} conversations in a bucket the log itself has stated how many records they had.`)
}

async function entryAt(bundle, wanted) {
  for await (const { index, bytes } of entriesOf(bundle)) if (index === wanted) return decodeEntry(bytes, index)
  return null
}

/** Records that were destroyed are covered by a certificate that counts them. LEDGER.md §5. */
async function checkCertificates({ bundle, seen, acts, manifest, hashes, incomplete, report }) {
  const covered = []
  for (const [number, { destroyed, count, first, last }] of seen.buckets) {
    if (destroyed === 0) continue
    const certificate = acts.certificates.get(number)
    if (certificate === undefined) {
      incomplete(6, 'destroyed.uncertified', `${destroyed} records of bucket ${number} cannot be shown, and no certificate in the bundle says why`)
      continue
    }
    const { leaves } = certificate
    const { from, to } = manifest.ranges[0]
    const isWhole = leaves?.first >= from && leaves.last < to
    if (!isWhole) {
      if (count > leaves?.count) throw new Broken(6, 'certificate.count', `bucket ${number} has ${count} records in the range, its certificate says ${leaves.count}`)
      incomplete(6, 'certificate.partly', `bucket ${number} is only partly in the range: its certificate cannot be counted after`)
      continue
    }
    const tree = growing(hashes)
    for await (const { index, bytes } of entriesOf(bundle)) if (viewOf(bytes).getUint32(4) === number && bytes[1] !== 3 && index >= from && index < to) tree.add(hashes.leaf(bytes))
    const isSame = leaves.count === count && leaves.first === first && leaves.last === last && hex(tree.root()) === leaves.root
    if (!isSame) throw new Broken(6, 'certificate.leaves', `the certificate of bucket ${number} is not of the records that the log has`)
    if (!(destroyed <= count - certificate.survivors?.count)) throw new Broken(6, 'certificate.survivors', `${destroyed} records of bucket ${number} are said to be destroyed, and ${certificate.survivors?.count} of ${count} to be left`)
    covered.push(number)
  }
  if (covered.length > 0) report.proved.push(`${covered.length} buckets were destroyed: their certificates count the very records that the log has of them.`)
}

function checkCounts({ seen, manifest, incomplete }) {
  const { counts } = manifest
  const excluded = [...seen.excluded.values()].reduce((sum, count) => sum + count, 0)
  const found = { positions: seen.positions, records: seen.records, masked: seen.masked, acts: seen.acts, excluded, identities: seen.identities }
  for (const [name, count] of Object.entries(found))
    if (counts[name] !== count) throw new Broken(6, 'counts', `the manifest counts ${counts[name]} ${name}, and there are ${count}`)
  const unreadable = seen.excluded.get('unreadable') ?? 0
  if (unreadable > 0) incomplete(6, 'record.unreadable', `${unreadable} records could not be read when the bundle was made`)
}

// Step 9: what is proved, and what is only said.

function conclude(of, act) {
  const { report, manifest, seen, head, chain } = of
  const { from, to } = manifest.ranges[0]
  const excluded = Object.fromEntries([...seen.excluded].sort())
  report.levels = Object.fromEntries([...seen.levels].sort())
  report.summary = { origin: manifest.origin, size: head.size, from, to, export: manifest.export, scope: manifest.scope, records: seen.records, acts: seen.acts, masked: seen.masked, excluded, act: act.index }
  report.proved.push(`Each of the ${seen.positions} entries from ${from} to ${to - 1} is in the log whose head of ${head.size} records was signed, and is shown here or excluded with a reason.`)
  report.proved.push(`${seen.records} records and ${seen.acts} acts are what was put on record, to the byte: nothing was changed, added or put in another order.`)
  report.proved.push(`${chain.conversations.size} conversations and ${chain.senders.size} senders are numbered without a gap, but for what is excluded.`)
  for (const [reason, count] of seen.excluded) report.asserted.push(`${count} entries are excluded as '${reason}'`)
  if (manifest.scope.conversations !== null) report.asserted.push('that the conversation has no record in a bucket (a month) of the range in which none is shown, behind the last one that is')
  if (manifest.scope.persons !== null) report.asserted.push(`that they said nothing ${from > 0 ? 'before the first and ' : ''}behind the last record of theirs that is shown`)
  report.asserted.push('that what was said was true, and that nothing was said elsewhere')
  if (witnessed(of).length > 0) return
  report.asserted.push('that the log has told nobody another history: no witness of your policy has seen these heads')
  if (of.stamped.length === 0) report.asserted.push('the times: they are those of the server')
}
