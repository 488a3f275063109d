// Signed notes, checkpoints, cosignatures and policies: https://c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.

import { Broken, concat, fromBase64, fromUtf8, hash64, hex, u64, utf8, viewOf } from './bytes.mjs'

const noteBytesMax = 262_144
const signaturesMax = 64
const linesMax = 10_000

/** What a signature type signs with, and what for. */
const types = {
  1: { algorithm: 'ed25519', publicBytes: 32, signatureBytes: 64, is: 'log' },
  4: { algorithm: 'ed25519', publicBytes: 32, signatureBytes: 72, is: 'witness' },
  6: { algorithm: 'ml-dsa-44', publicBytes: 1312, signatureBytes: 2428, is: 'any' },
}

/** @throws {Broken} @returns the text that is signed, and its signatures */
export function parseNote(bytes, where, step) {
  const broken = (what) => new Broken(step, 'note.form', `${where}: ${what}`)
  if (bytes.length > noteBytesMax) throw broken('it is too long')
  const all = fromUtf8(bytes)
  // oxlint-disable-next-line no-control-regex -- signed-note forbids them by name
  if (all === null || /[\u0000-\u0009\u000b-\u001f]/.test(all)) throw broken('it is no text')
  const blank = all.lastIndexOf('\n\n')
  if (blank < 0 || !all.endsWith('\n')) throw broken('it has no signatures')
  const lines = all.slice(blank + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw broken('it has too many signatures')
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? []
    const raw = fromBase64(encoded)
    if (raw === null || raw.length < 5) throw broken('a line is no signature')
    return { name, id: hex(raw.subarray(0, 4)), bytes: raw.subarray(4) }
  })
  return { text: all.slice(0, blank + 1), signatures }
}

/** A verifier key, or a clause that says what is wrong with it. */
export function parseKey(text, sha256) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? []
  const material = fromBase64(encoded)
  const type = material && types[material[0]]
  if (!type) return 'no verifier key of a kind that is known'
  const raw = material.subarray(1)
  if (raw.length !== type.publicBytes) return `a key of ${raw.length} bytes`
  const expected = hex(sha256(concat(utf8(`${name}\n`), material)).subarray(0, 4))
  return expected === id ? { name, id, type: material[0], raw, ...type } : 'its id is not that of the key'
}

/** A checkpoint's text: origin, size, root, and nothing more. */
export function parseCheckpoint(text, where, step) {
  const [origin, decimal, encoded, end, ...more] = text.split('\n')
  const root = hash64(encoded)
  const size = /^(?:0|[1-9]\d{0,15})$/.test(decimal ?? '') ? Number(decimal) : NaN
  if (origin === '' || !Number.isSafeInteger(size) || root === null || end !== '' || more.length > 0)
    throw new Broken(step, 'checkpoint.form', `${where} is no checkpoint`)
  return { origin, size, root, text }
}

/** What was signed with a key of this type, and the signature by itself. Null where the signature has another length. */
function signed(key, { bytes }, { text, checkpoint }) {
  if (bytes.length !== key.signatureBytes) return null
  if (key.type === 1) return { message: utf8(text), signature: bytes, at: null }
  const seconds = viewOf(bytes).getBigUint64(0)
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER) || checkpoint === null) return null
  const at = Number(seconds)
  const signature = bytes.subarray(8)
  if (key.type === 4) return { message: utf8(`cosignature/v1\ntime ${at}\n${text}`), signature, at }
  const { origin, size, root } = checkpoint
  const message = concat(utf8('subtree/v1\n\0'), vector(key.name), u64(at), vector(origin), u64(0), u64(size), root)
  return { message, signature, at }
}

function vector(text) {
  const bytes = utf8(text)
  return concat(new Uint8Array([bytes.length]), bytes)
}

/**
 * Verifies all signatures that this key has made of a note. A bad one of a known key is worse than none.
 *
 * @returns `signed`, with `at` in seconds where the signature says a time; `missing`; or `unchecked` where this machine cannot
 */
export async function checkSignature(key, note, { verify, where, step, checkpoint = null }) {
  const lines = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (lines.length === 0) return { state: 'missing' }
  let at = null
  for (const line of lines) {
    const what = signed(key, line, { text: note.text, checkpoint })
    const isGood = what !== null && (await verify(key.algorithm, key.raw, what.message, what.signature))
    if (isGood === null) return { state: 'unchecked' }
    if (!isGood) throw new Broken(step, 'signature.bad', `${where}: the ${key.algorithm} signature of ${key.name} is not valid`)
    at = what.at
  }
  return { state: 'signed', at }
}

/** Reads a policy; a line that is a verifier key by itself is one of a log. @throws {Error} for what is none */
export function parsePolicy(text, sha256) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null }
  const [used, raws] = [new Set(), new Set()]
  const lines = text.split('\n')
  if (lines.length > linesMax) throw new Error('the policy is too long')
  const fail = (what, at) => {
    throw new Error(`policy, line ${at + 1}: ${what}`)
  }
  const keyOf = (word, kind, at) => {
    const key = parseKey(word ?? '', sha256)
    if (typeof key === 'string') fail(key, at)
    if (key.is !== kind && key.is !== 'any') fail(`this key is none of a ${kind}`, at)
    if (raws.has(hex(key.raw))) fail('the same key stands there twice', at)
    raws.add(hex(key.raw))
    return key
  }
  const isKnown = (name) => policy.witnesses.has(name) || policy.groups.has(name)
  for (const [at, line] of lines.entries()) {
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '')
    if (words.length === 0 || words[0].startsWith('#')) continue
    const [what, name, ...rest] = words.length === 1 ? ['log', words[0]] : words
    if (what === 'log') policy.logs.push(keyOf(name, 'log', at))
    else if (what === 'witness') {
      if (isKnown(name) || name === 'none') fail(`${name} stands there twice`, at)
      policy.witnesses.set(name, keyOf(rest[0], 'witness', at))
    } else if (what === 'group') {
      const [count, ...members] = rest
      const k = count === 'all' ? members.length : count === 'any' ? 1 : Number(count)
      if (isKnown(name) || name === 'none' || members.length === 0) fail('no good group', at)
      if (!Number.isSafeInteger(k) || k < 1 || k > members.length) fail(`${count} of ${members.length} is no number`, at)
      for (const member of members) {
        if (!isKnown(member) || used.has(member)) fail(`${member} is not known, or is in a group already`, at)
        used.add(member)
      }
      policy.groups.set(name, { k, members })
    } else if (what === 'quorum' && policy.quorum === null && rest.length === 0) {
      if (name !== 'none' && !isKnown(name)) fail(`${name} is not known`, at)
      policy.quorum = name
    } else fail(`'${what}' is nothing that a policy has here`, at)
  }
  policy.quorum ??= 'none'
  if (policy.logs.length === 0) throw new Error('the policy names no log')
  return policy
}

/** Whether these witnesses are enough. */
function isQuorum({ witnesses, groups }, name, signers) {
  if (witnesses.has(name)) return signers.has(name)
  const { k, members } = groups.get(name)
  return members.filter((member) => isQuorum({ witnesses, groups }, member, signers)).length >= k
}

/**
 * Verifies a checkpoint against a policy obtained elsewhere.
 *
 * @returns what it says, by whom it is signed, whether the quorum has witnessed it and when at the earliest and latest, in seconds
 */
export async function verifyCheckpoint(bytes, policy, { verify, where, step }) {
  const note = parseNote(bytes, where, step)
  const checkpoint = parseCheckpoint(note.text, where, step)
  const logs = policy.logs.filter(({ name }) => name === checkpoint.origin)
  if (logs.length === 0) throw new Broken(step, 'checkpoint.origin', `${where} is of ${checkpoint.origin}, which the policy does not know`)
  const [signedBy, unchecked, missing] = [[], [], []]
  let logAt = null
  for (const key of logs) {
    const { state, at } = await checkSignature(key, note, { verify, where, step, checkpoint })
    const list = { signed: signedBy, unchecked, missing }[state]
    list.push(`${key.algorithm} of ${key.name}`)
    logAt = at ?? logAt
  }
  if (signedBy.length === 0 && unchecked.length === 0) throw new Broken(step, 'checkpoint.unsigned', `${where} is not signed by the log`)
  const [signers, times] = [new Set(), []]
  for (const [name, key] of policy.witnesses) {
    const { state, at } = await checkSignature(key, note, { verify, where, step, checkpoint })
    if (state === 'unchecked') unchecked.push(`${key.algorithm} of witness ${name}`)
    if (state !== 'signed') continue
    signers.add(name)
    if (at > 0) times.push(at)
  }
  const asksWitnesses = policy.quorum !== 'none'
  return {
    ...checkpoint,
    signedBy,
    unchecked,
    missing,
    logAt,
    witnesses: [...signers],
    isWitnessed: asksWitnesses && isQuorum(policy, policy.quorum, signers),
    witnessedAt: times.length === 0 ? null : { first: Math.min(...times), last: Math.max(...times) },
  }
}
