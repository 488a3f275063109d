// COMPLIANCE.md §F2: a third person who has the bundle, the log's public key and a witness's statement, and nobody whom he trusts, finds
// whatever was changed, left out, put in, put in another order or dated back, and that there are two histories. Who tampers here holds all
// keys of the log, and can make any record, tree, head and bundle; the witness's key he has not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryKeys } from './fakes/vault.ts'
import { forgedLog } from './support/bundles/forged-log.ts'
import {
  actOn,
  bundleOf,
  emptyScene,
  policyOf,
  sceneAt,
  sceneOf,
  type Scene,
} from './support/bundles/scene.ts'
import { verifyZip, type Report } from './support/bundles/verifier.ts'
import { witness } from './support/bundles/witnesses.ts'
import { membersOf, zipOf } from './support/bundles/zip-of.ts'

const spoken = 24
const kinds = ['changed', 'missing', 'inserted', 'reordered', 'back-dated'] as const
type Kind = (typeof kinds)[number]
type Tampering = { readonly kind: Kind; readonly at: number }

/** The same things are said each time, in the same records, but for what is tampered with. */
async function history(scene: Scene, tampering: Tampering | null): Promise<void> {
  const words = Array.from({ length: spoken }, (_, n) => `word ${n}`)
  const at = tampering?.at ?? 0
  if (tampering?.kind === 'changed') words[at] = 'another word'
  if (tampering?.kind === 'missing') words.splice(at, 1)
  if (tampering?.kind === 'inserted') words.splice(at, 0, 'never said')
  if (tampering?.kind === 'reordered') words.splice(at, 2, ...words.slice(at, at + 2).toReversed())
  for (const [n, text] of words.entries()) {
    const isDated = tampering?.kind === 'back-dated' && n >= at
    const time = isDated ? { at: scene.log.now - 100 } : {}
    await scene.say(n % 3, (n + 1) % 3, text, { cheat: time })
  }
}

type Outsider = {
  readonly policy: string
  readonly statement: Uint8Array
  readonly good: Uint8Array
  forged(tampering: Tampering): Promise<Uint8Array>
}

/** A witness has seen the head after all was said; then the export was made. */
async function outsider(): Promise<Outsider> {
  const w = witness('w.example')
  const scene = await emptyScene('f2')
  const begun = scene.log.fork(scene.log.size)
  await history(scene, null)
  const seen = await scene.log.head()
  const seconds = Math.floor(scene.log.now / 1000)
  const statement = w.cosign(seen.note, seconds)
  const otherHeads = [{ ...seen, note: statement }]
  const act = await actOn(scene)
  const head = await scene.log.head()
  const note = w.cosign(head.note, seconds + 60)
  const files = await bundleOf(scene, act, { head: { ...head, note }, otherHeads })
  const policy = policyOf(scene.keys).replace(
    'quorum none\n',
    `witness w ${w.verifierKey}\nquorum w\n`,
  )
  return {
    policy,
    statement,
    good: zipOf(membersOf(files)),
    async forged(tampering) {
      const other = sceneOf({ ...scene, log: begun.fork(begun.size) })
      await history(other, tampering)
      const position = await actOn(other)
      return zipOf(membersOf(await bundleOf(other, position)))
    },
  }
}

async function answers(
  zip: Uint8Array,
  { policy, statement }: Outsider,
): Promise<readonly [Report, Report]> {
  const alone = await verifyZip(zip, { policy })
  return [alone, await verifyZip(zip, { policy, heads: [statement] })]
}

test('F2: what was put on record and witnessed is complete for an outsider', async () => {
  const person = await outsider()
  const [alone, with_] = await answers(person.good, person)
  assert.deepEqual([alone.result, with_.result], ['complete', 'complete'])
  assert.deepEqual(Object.keys(with_.levels), ['W'])
})

for (const kind of kinds)
  test(`F2: a record that is ${kind} is found, whichever it is`, async () => {
    const person = await outsider()
    for (let at = 0; at < spoken - 1; at++) {
      const [alone, with_] = await answers(await person.forged({ kind, at }), person)
      assert.notEqual(alone.exit, 0, `record ${at}: without the witness it is not complete`)
      assert.equal(with_.exit, 1, `record ${at}: the witness's statement contradicts it`)
      assert.equal(with_.findings[0]?.code, 'checkpoint.history', `record ${at}`)
    }
  })

test('F2: two histories are found by whoever has a bundle of each', async () => {
  const person = await outsider()
  const forged = await person.forged({ kind: 'changed', at: 3 })
  const policy = person.policy.replace(/witness [^\n]+\nquorum w\n/, 'quorum none\n')
  const given = { policy, heads: [person.statement] }
  // Each alone is sound for who trusts the log's key: that is what witnesses are for.
  assert.equal((await verifyZip(forged, { policy })).result, 'complete')
  assert.equal((await verifyZip(person.good, given)).result, 'complete')
  assert.equal((await verifyZip(forged, given)).findings[0]?.code, 'checkpoint.history')
})

test('F2: a bundle of somebody who has no key of the log is found, whatever it says', async () => {
  const person = await outsider()
  const keys = await memoryKeys('a stranger', 'chat.example')
  const { people } = await emptyScene('f2')
  const scene = sceneOf({ keys, log: forgedLog(keys, sceneAt), people })
  await history(scene, null)
  const zip = zipOf(membersOf(await bundleOf(scene, await actOn(scene))))
  const [alone] = await answers(zip, person)
  assert.deepEqual([alone.exit, alone.findings[0]?.code], [1, 'checkpoint.origin'])
})
