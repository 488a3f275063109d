// Which witnesses there are, and how many it takes. https://c2sp.org/tlog-policy

import { toBase64 } from '../../base/bytes.ts'
import { exportVerifyingKey } from '../../base/crypto.ts'
import { keyAlgorithmOf, parseVerifierKey, type VerifierKey } from '../ledger/note.ts'

/** A checkpoint has room for the log's own signatures, and for more cosignatures than these (`ledger/note.ts`). */
const witnessesMax = 48
const groupsMax = 64
const logsMax = 64
export const policyBytesMax = 1_048_576

export type PolicyWitness = {
  /** In the policy alone. */
  readonly name: string
  readonly key: VerifierKey
  /** Where it takes heads, without a slash at the end; null: it is not asked. */
  readonly url: string | null
}

export type WitnessPolicy = {
  /** Which logs it is for; empty: any. */
  readonly logs: readonly VerifierKey[]
  readonly witnesses: readonly PolicyWitness[]
  /** Whether the cosignatures of these witnesses, by their names in the policy, are enough. */
  readonly isMetBy: (names: ReadonlySet<string>) => boolean
}

type Met = (names: ReadonlySet<string>) => boolean

/** What was read so far. */
type Draft = {
  readonly logs: VerifierKey[]
  readonly witnesses: PolicyWitness[]
  readonly met: Map<string, Met>
  /** Names that are members of a group: each may be one once. */
  readonly members: Set<string>
  quorum: Met | null
}

/** @returns a sentence that says what is wrong when `text` is no policy */
export function parsePolicy(text: string): WitnessPolicy | string {
  const draft: Draft = {
    logs: [],
    witnesses: [],
    met: new Map(),
    members: new Set(),
    quorum: null,
  }
  for (const [i, line] of text.split('\n').entries()) {
    // oxlint-disable-next-line no-control-regex -- tlog-policy forbids them by name
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))
      return `line ${i + 1} has control characters`
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    const [what = '', ...rest] = words
    if (what === '' || what.startsWith('#')) continue
    const read = Object.hasOwn(lines, what) ? lines[what] : undefined
    const wrong = read === undefined ? 'what it begins with is not known' : read(draft, rest)
    if (wrong !== null) return `line ${i + 1}: ${wrong}`
  }
  const { logs, witnesses, quorum } = draft
  if (quorum === null) return 'it has no quorum line'
  return { logs, witnesses, isMetBy: quorum }
}

/** @returns what is wrong with the line; null when nothing is */
const lines: Readonly<Record<string, (draft: Draft, words: readonly string[]) => string | null>> = {
  log({ logs }, [text = '', url, ...more]) {
    const key = parseVerifierKey(text)
    if (typeof key === 'string') return key
    if (key.algorithm === 'ed25519-cosignature') return 'the key is one of a witness'
    if (more.length > 0 || (url !== undefined && urlOf(url) === null)) return 'the address is none'
    if (logs.some((other) => isSameKey(other, key))) return 'the log was named before'
    if (logs.length === logsMax) return `there are more than ${logsMax} logs`
    logs.push(key)
    return null
  },
  witness(draft, [name = '', text = '', address, ...more]) {
    const key = parseVerifierKey(text)
    if (typeof key === 'string') return key
    if (key.algorithm === 'ed25519') return 'the key is one of a log'
    const url = address === undefined ? null : urlOf(address)
    if (more.length > 0 || (address !== undefined && url === null)) return 'the address is none'
    if (draft.witnesses.some((other) => isSameKey(other.key, key)))
      return 'a witness with this key was named before'
    if (draft.witnesses.length === witnessesMax)
      return `there are more than ${witnessesMax} witnesses`
    draft.witnesses.push({ name, key, url })
    return define(draft, name, (names) => names.has(name))
  },
  group(draft, [name = '', count = '', ...members]) {
    const wrong = members.map((member) => memberIn(draft, member)).find((why) => why !== null)
    if (wrong !== undefined) return wrong
    const needed = neededOf(count, members.length)
    if (needed === null) return `'${count}' of ${members.length} is no number of members`
    if (draft.met.size >= witnessesMax + groupsMax) return `there are more than ${groupsMax} groups`
    const all = members.map((member) => draft.met.get(member))
    const isMet: Met = (names) => all.filter((met) => met?.(names) === true).length >= needed
    return define(draft, name, isMet)
  },
  quorum(draft, [name = '', ...more]) {
    if (draft.quorum !== null) return 'there is a second quorum line'
    const met = name === 'none' ? () => true : draft.met.get(name)
    if (met === undefined || more.length > 0) return `'${name}' is not named above`
    draft.quorum = met
    return null
  },
}

function define({ met }: Draft, name: string, isMet: Met): string | null {
  if (name === 'none' || name === '' || met.has(name))
    return `'${name}' cannot be a name, or is one already`
  met.set(name, isMet)
  return null
}

function memberIn({ met, members }: Draft, name: string): string | null {
  if (!met.has(name)) return `'${name}' is not named above`
  if (members.has(name)) return `'${name}' is a member twice`
  members.add(name)
  return null
}

function neededOf(count: string, members: number): number | null {
  if (members === 0) return null
  if (count === 'any') return 1
  if (count === 'all') return members
  const needed = /^[1-9][0-9]{0,2}$/.test(count) ? Number(count) : 0
  return needed >= 1 && needed <= members ? needed : null
}

function urlOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, search, hash, username } = new URL(text)
  const isPlain = search === '' && hash === '' && username === ''
  return isPlain && (protocol === 'https:' || protocol === 'http:')
    ? text.replace(/\/+$/, '')
    : null
}

/** By the key alone: another name or id does not make it another's. */
function isSameKey(left: VerifierKey, right: VerifierKey): boolean {
  return rawKey(left) === rawKey(right)
}

function rawKey({ key, algorithm }: VerifierKey): string {
  return toBase64(exportVerifyingKey(key, keyAlgorithmOf(algorithm)))
}
