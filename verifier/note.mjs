// Signed notes, checkpoints, cosignatures and policies: https://c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.
import { concat, fromBase64, fromUtf8, hash64, hex, need, number, utf8, viewOf } from './bytes.mjs'

const [noteBytesMax, signaturesMax, linesMax] = [262_144, 64, 10_000]
/** What a signature type signs with, and what for. */
const types = {
  1: { algorithm: 'ed25519', publicBytes: 32, signatureBytes: 64, is: 'log' },
  4: { algorithm: 'ed25519', publicBytes: 32, signatureBytes: 72, is: 'witness' },
  6: { algorithm: 'ml-dsa-44', publicBytes: 1312, signatureBytes: 2428, is: 'any' },
}

/** @throws {Broken} @returns the text that is signed, and its signatures */
export function parseNote(bytes, where, step) {
  const check = (holds, what) => need(holds, step, 'note.form', `${where}: ${what}`)
  check(bytes.length <= noteBytesMax, 'it is too long')
  const all = fromUtf8(bytes)
  // oxlint-disable-next-line no-control-regex -- signed-note forbids them by name
  check(all !== null && !/[\u0000-\u0009\u000b-\u001f]/.test(all), 'it is no text')
  const blank = all.lastIndexOf('\n\n')
  check(blank >= 0 && all.endsWith('\n'), 'it has no signatures')
  const lines = all.slice(blank + 2, -1).split('\n')
  check(lines.length <= signaturesMax, 'it has too many signatures')
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? []
    const raw = fromBase64(encoded)
    check(raw?.length > 4, 'a line is no signature')
    return { name, id: hex(raw.subarray(0, 4)), bytes: raw.subarray(4) }
  })
  return { text: all.slice(0, blank + 1), signatures }
}

/** A verifier key, or a clause that says what is wrong with it. */
export function parseKey(text, sha256) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? []
  const material = fromBase64(encoded)
  const type = material && types[material[0]]
  if (!type || material.length !== 1 + type.publicBytes) return 'no verifier key of a kind that is known'
  const expected = hex(sha256(concat(utf8(`${name}\n`), material)).subarray(0, 4))
  return expected === id ? { text, name, id, type: material[0], raw: material.subarray(1), ...type } : 'its id is not that of the key'
}

/** A checkpoint's text: origin, size, root, and nothing more. */
function parseCheckpoint(text, where, step) {
  const [, origin, decimal, encoded] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]*)\n$/.exec(text) ?? []
  const [size, root] = [Number(decimal), hash64(encoded)]
  need(Number.isSafeInteger(size) && root !== null, step, 'checkpoint.form', `${where} is no checkpoint`)
  return { origin, size, root, text }
}

/** What was signed with a key of this type, and the signature by itself. Null where the signature is none of this type. */
function signed(key, { bytes }, { text, checkpoint }) {
  if (bytes.length !== key.signatureBytes) return null
  if (key.type === 1) return { message: utf8(text), signature: bytes, at: null }
  const seconds = viewOf(bytes).getBigUint64(0)
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER) || checkpoint === null) return null
  const [at, signature] = [Number(seconds), bytes.subarray(8)]
  if (key.type === 4) return { message: utf8(`cosignature/v1\ntime ${at}\n${text}`), signature, at }
  const { origin, size, root } = checkpoint
  const vector = (name) => concat([utf8(name).length], utf8(name))
  const message = concat(utf8('subtree/v1\n\0'), vector(key.name), number(at), vector(origin), number(0), number(size), root)
  return { message, signature, at }
}

/** Verifies all signatures that this key has made of a note. A bad one of a known key is worse than none.
 * @returns `signed`, with `at` in seconds where the signature says a time; `missing`; or `unchecked` where this machine cannot */
export async function checkSignature(key, note, { verify, where, step, checkpoint = null }) {
  let found = { state: 'missing' }
  for (const line of note.signatures.filter(({ name, id }) => name === key.name && id === key.id)) {
    const what = signed(key, line, { text: note.text, checkpoint })
    const isGood = what !== null && (await verify(key.algorithm, key.raw, what.message, what.signature))
    if (isGood === null) return { state: 'unchecked' }
    need(isGood, step, 'signature.bad', `${where}: the ${key.algorithm} signature of ${key.name} is not valid`)
    found = { state: 'signed', at: what.at }
  }
  return found
}

/** Reads a policy; a line that is a verifier key by itself is one of a log. @throws {Error} for what is none */
export function parsePolicy(text, sha256) {
  const policy = { logs: [], past: [], witnesses: new Map(), quorum: null }
  // Of each witness and group: whether it is met by those who have signed.
  const met = new Map()
  const taken = new Set(['name none'])
  let at = 0
  const check = (holds, what) => {
    if (!holds) throw new Error(`policy, line ${at}: ${what}`)
  }
  const take = (name, what) => (check(!taken.has(name), what), taken.add(name))
  const keyOf = (word, kind) => {
    const key = parseKey(word ?? '', sha256)
    check(typeof key !== 'string', key)
    check([kind, 'any'].includes(key.is), `this key is none of a ${kind}`)
    take(`key ${hex(key.raw)}`, 'the same key stands there twice')
    return key
  }
  const read = {
    log: (word) => policy.logs.push(keyOf(word, 'log')),
    witness(name, word) {
      take(`name ${name}`, `${name} stands there twice`)
      policy.witnesses.set(name, keyOf(word, 'witness'))
      met.set(name, (signers) => signers.has(name))
    },
    group(name, count, ...members) {
      const k = { all: members.length, any: 1 }[count] ?? Number(count)
      check(Number.isSafeInteger(k) && k >= 1 && k <= members.length, `${count} of ${members.length} is no number`)
      for (const member of members) {
        check(met.has(member), `${member} is not known`)
        take(`member ${member}`, `${member} is in a group already`)
      }
      take(`name ${name}`, `${name} stands there twice`)
      met.set(name, (signers) => members.filter((member) => met.get(member)(signers)).length >= k)
    },
    quorum(name, ...more) {
      check(more.length === 0 && (name === 'none' || met.has(name)), `${name} is no quorum`)
      take('quorum', 'there is a second quorum')
      policy.quorum = met.get(name) ?? null
    },
  }
  const lines = text.split('\n')
  check(lines.length <= linesMax, 'it is too long')
  for (const line of lines) {
    at++
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '')
    if (words.length === 0 || words[0].startsWith('#')) continue
    const [what, ...rest] = words.length === 1 ? ['log', ...words] : words
    check(Object.hasOwn(read, what), `'${what}' is nothing that a policy has here`)
    read[what](...rest)
  }
  check(policy.logs.length > 0, 'it names no log')
  return policy
}

/** Verifies a checkpoint against a policy obtained elsewhere.
 * @returns what it says, by whom it is signed, whether the quorum has witnessed it and when at the earliest and latest, in seconds */
export async function verifyCheckpoint(bytes, policy, { verify, where, step }) {
  const note = parseNote(bytes, where, step)
  const checkpoint = parseCheckpoint(note.text, where, step)
  const logs = policy.logs.filter(({ name }) => name === checkpoint.origin)
  need(logs.length > 0, step, 'checkpoint.origin', `${where} is of ${checkpoint.origin}, which the policy does not know`)
  const found = { signed: [], unchecked: [], missing: [] }
  for (const key of logs) {
    const { state } = await checkSignature(key, note, { verify, where, step, checkpoint })
    // A key that another has replaced signs no more.
    if (state !== 'missing' || !key.isReplaced) found[state].push(`${key.algorithm} of ${key.name}`)
  }
  need(found.signed.length + found.unchecked.length > 0, step, 'checkpoint.unsigned', `${where} is not signed by the log`)
  const signers = new Map()
  for (const [name, key] of policy.witnesses) {
    const { state, at } = await checkSignature(key, note, { verify, where, step, checkpoint })
    if (state === 'unchecked') found.unchecked.push(`${key.algorithm} of witness ${name}`)
    if (state === 'signed') signers.set(name, at)
  }
  const times = [...signers.values()].filter((at) => at > 0)
  const witnessedAt = times.length === 0 ? null : { first: Math.min(...times), last: Math.max(...times) }
  return { ...checkpoint, ...found, witnesses: signers.size, isWitnessed: policy.quorum?.(signers) === true, witnessedAt }
}

/** Step 2: the head that everything is held against, and what of it is not proved. */
export async function mainHead(bytes, where, { policy, port, report, incomplete }) {
  const head = await verifyCheckpoint(bytes, policy, { ...port, where, step: 2 })
  for (const what of head.unchecked) report.unchecked.push(`the signature by ${what}: this machine cannot verify it`)
  for (const what of head.missing) report.asserted.push(`${where} has no signature by ${what}`)
  // Not the bundle lacks it then, but this machine.
  const unseen = head.unchecked.filter((what) => what.includes(' of witness ')).length
  const why = unseen === 0 ? '' : `; this machine cannot verify what ${unseen} of them signed: try Node 24 or later, or another browser`
  if (policy.quorum !== null && !head.isWitnessed)
    incomplete(2, 'quorum', `${where} is witnessed by ${head.witnesses} of the policy's witnesses, which is not the quorum it asks for${why}`)
  if (head.signed.length === 0) incomplete(2, 'checkpoint.unchecked', 'no signature of the log could be verified on this machine')
  return head
}
