import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryWitnessState } from '../../../test/fakes/witness-state.ts'
import { testLog, type TestLog } from '../../../test/support/test-log.ts'
import { toBase64, utf8 } from '../../base/bytes.ts'
import { exportVerifyingKey, newSigningKey, verifyingKeyOf } from '../../base/crypto.ts'
import { FatalError } from '../../base/errors.ts'
import { silentLog } from '../../base/log.ts'
import { cosignedAt, type Cosigner, parseCheckpoint } from '../ledger/checkpoint.ts'
import {
  formatVerifierKey,
  keyAlgorithmOf,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
} from '../ledger/note.ts'
import { formatAddCheckpoint } from './add-checkpoint.ts'
import { createWitness, type Witness, type WitnessAnswer } from './witness.ts'

const name = 'witness.example/w1'
const now = 1_795_000_000_500
const cosigners: readonly Cosigner[] = [
  { name, algorithm: 'ed25519-cosignature', key: newSigningKey('ed25519') },
  { name, algorithm: 'ml-dsa-44', key: newSigningKey('ml-dsa-44') },
]
const log = testLog()

function keyOf({ algorithm, key }: Cosigner): VerifierKey {
  const raw = exportVerifyingKey(verifyingKeyOf(key), keyAlgorithmOf(algorithm))
  const parsed = parseVerifierKey(formatVerifierKey(name, algorithm, raw))
  assert.ok(typeof parsed !== 'string')
  return parsed
}

function witnessOf(
  logs: readonly TestLog[] = [log],
  state = memoryWitnessState(),
): Witness & { readonly state: ReturnType<typeof memoryWitnessState> } {
  const keys = logs.flatMap((one) => one.keys)
  const parts = { cosigners, logs: keys, state, clock: { now: () => now }, log: silentLog }
  return { ...createWitness(parts), state }
}

async function asked(witness: Witness, request: Uint8Array | string): Promise<WitnessAnswer> {
  return await witness.addCheckpoint(typeof request === 'string' ? utf8(request) : request)
}

function timesIn(text: string): readonly unknown[] {
  const note = parseNote(utf8(text))
  assert.ok(typeof note !== 'string')
  const head = parseCheckpoint(note.text)
  assert.ok(typeof head !== 'string')
  return cosigners.map((cosigner) => cosignedAt(note, head, keyOf(cosigner)))
}

test('a witness cosigns heads that grow, with both keys and the time', async () => {
  const witness = witnessOf()
  for (const [old, size] of [
    [0, 3],
    [3, 8],
    [8, 8],
    [8, 300],
  ] as const) {
    const answer = await asked(witness, await log.request(old, size))
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(timesIn((await log.head(size)) + answer.text), [1_795_000_000, 1_795_000_000])
  }
})

test('the newest head is given with the signatures of log and witness', async () => {
  const witness = witnessOf()
  assert.equal(await witness.newest(log.origin), null)
  const note = await log.head(5)
  const request = formatAddCheckpoint({ old: 0, proof: [], note: utf8(note) })
  const answer = await asked(witness, request)
  assert.ok((await witness.newest(log.origin)) === note + answer.text)
  assert.equal(await witness.newest('chat.example/log/2'), null)
})

test('another old size than the one seen is told the one seen, and nothing is cosigned', async () => {
  const witness = witnessOf()
  await asked(witness, await log.request(0, 9))
  for (const [old, size] of [
    [0, 9],
    [0, 4],
    [4, 20],
    [10, 20],
  ] as const) {
    const { status, type, text } = await asked(witness, await log.request(old, size))
    assert.deepEqual([status, type, text], [409, 'text/x.tlog.size', '9\n'])
  }
  assert.match((await witness.newest(log.origin)) ?? '', /^[^\n]+\n9\n/)
})

test('a second history is refused, by a false proof, none, or another root of one size', async () => {
  const witness = witnessOf()
  await asked(witness, await log.request(0, 9))
  const seen = await witness.newest(log.origin)
  const fork = log.fork(6)
  const note = utf8(await fork.head(12))
  const requests = [
    await fork.request(9, 12),
    await fork.request(9, 9),
    formatAddCheckpoint({ old: 9, proof: await log.proof(9, 12), note }),
    formatAddCheckpoint({ old: 9, proof: [], note }),
    formatAddCheckpoint({ old: 9, proof: await log.proof(8, 12), note: utf8(await log.head(12)) }),
  ]
  for (const request of requests) assert.equal((await asked(witness, request)).status, 422)
  assert.equal(await witness.newest(log.origin), seen)
})

test('a proof for a first head, and an empty tree with a root that is not its, are refused', async () => {
  const first = formatAddCheckpoint({
    old: 0,
    proof: await log.proof(2, 5),
    note: utf8(await log.head(5)),
  })
  assert.equal((await asked(witnessOf(), first)).status, 422)
  assert.equal((await asked(witnessOf(), await log.request(0, 0))).status, 200)
})

test('of two heads of one size that come at once, one at most is cosigned', async () => {
  for (let round = 0; round < 20; round++) {
    const witness = witnessOf()
    const requests = [await log.request(0, 7), await log.fork(2).request(0, 7)]
    const answers = await Promise.all(requests.map(async (one) => await asked(witness, one)))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]))
  }
})

test('a head that came first is not rolled back by a smaller one that comes at once', async () => {
  const witness = witnessOf()
  const requests = [await log.request(0, 40), await log.request(0, 7)]
  await Promise.all(requests.map(async (one) => await asked(witness, one)))
  assert.match((await witness.newest(log.origin)) ?? '', /^[^\n]+\n40\n/)
})

test('what could not be kept is not answered', async () => {
  const state = memoryWitnessState()
  const failing = {
    ...state,
    replace: async () => await Promise.reject(new Error('the disk is gone')),
  }
  const witness = witnessOf([log], failing)
  await assert.rejects(asked(witness, await log.request(0, 7)), FatalError)
})

test('what a stop left unanswered is cosigned again for the same head, and for no other', async () => {
  const state = memoryWitnessState()
  await asked(witnessOf([log], state), await log.request(0, 7))
  const again = witnessOf([log], state)
  assert.equal((await asked(again, await log.request(0, 7))).status, 409)
  assert.equal((await asked(again, await log.fork(2).request(7, 7))).status, 422)
  assert.equal((await asked(again, await log.request(7, 7))).status, 200)
})

test('logs are apart, and one that is not known is told so', async () => {
  const other = testLog('chat.example/log/2')
  const witness = witnessOf([log, other])
  assert.equal((await asked(witness, await log.request(0, 9))).status, 200)
  assert.equal((await asked(witness, await other.request(0, 4))).status, 200)
  assert.equal((await asked(witness, await testLog('x/log').request(0, 4))).status, 404)
})

test('one key of the log is enough, none is not, and a bad signature of a known one spoils it', async () => {
  const [ed25519] = log.keys
  assert.ok(ed25519)
  const witness = witnessOf([{ ...log, keys: [ed25519] }])
  assert.equal((await asked(witness, await log.request(0, 3))).status, 200)
  const stranger = testLog(log.origin)
  assert.equal((await asked(witness, await stranger.request(3, 5))).status, 403)
  const [, line = ''] = (await log.head(5)).split('\n\n')
  const spoiled = utf8((await log.head(6)).replace(/\n\n[^]*/, `\n\n${line}`))
  const request = formatAddCheckpoint({ old: 3, proof: await log.proof(3, 6), note: spoiled })
  assert.equal((await asked(witness, request)).status, 403)
})

test('what is no request is told why', async () => {
  const good = new TextDecoder().decode(await log.request(3, 9))
  const hash = toBase64(new Uint8Array(32))
  const broken = [
    '',
    'old 3\n',
    good.replace('old 3', 'old 03'),
    good.replace('old 3', 'old -3'),
    good.replace('old 3', 'new 3'),
    good.replace('old 3\n', `old 3\n${`${hash}\n`.repeat(64)}`),
    good.replace('old 3\n', 'old 3\nAAAA\n'),
    good.replace('old 3', 'old 10'),
    good.replace('\n9\n', '\n09\n'),
    good.replace(/\n\n[^]*/, '\n\nno note\n'),
    good.slice(0, -1),
  ]
  for (const text of broken) assert.equal((await asked(witnessOf(), text)).status, 400, text)
  const notText = await witnessOf().addCheckpoint(new Uint8Array([0xff, 0xfe]))
  assert.equal(notText.status, 400)
})
