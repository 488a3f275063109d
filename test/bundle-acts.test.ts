// A bundle shows what was done with its records: holds, searches, reads and exports, and none that were about others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportedWithActs } from './support/bundles/acts.ts'
import { actOn, bundleOf, policyOf, textIn } from './support/bundles/scene.ts'
import { verifyZip } from './support/bundles/verifier.ts'
import { membersOf, zipOf } from './support/bundles/zip-of.ts'

test('acts about exported records are shown with them, and those about others are not', async () => {
  const { scene, files, about, others } = await exportedWithActs()
  const shown = textIn(files, 'acts.jsonl')
    .split('\n')
    .slice(0, -1)
    .map((line): number => JSON.parse(line).index)
  assert.deepEqual(
    about.filter((position) => !shown.includes(position)),
    [],
  )
  assert.deepEqual(
    others.filter((position) => shown.includes(position)),
    [],
  )
  const policy = policyOf(scene.keys)
  const report = await verifyZip(zipOf(membersOf(files)), { policy })
  assert.deepEqual([report.result, report.findings], ['complete', []])
  assert.match(
    report.proved.join('\n'),
    /\(export 2, hold\.place 1, hold\.release 1, read 1, search 1\)/,
  )
})

test('an act about records is withheld where the export says so, in its range and behind it', async () => {
  const { scene, about } = await exportedWithActs()
  const [search = 0, read = 0, held = 0] = about
  const withhold = [search, held].map((from) => ({ from, to: from + 1, reason: 'our own work' }))
  for (const positions of [null, { from: 0, to: search }]) {
    const act = await actOn(scene, { positions, withhold })
    const files = await bundleOf(scene, act)
    const acts = textIn(files, 'acts.jsonl')
    const isShown = (at: number): boolean => acts.includes(`{"index":${at},`)
    assert.deepEqual([search, read, held].map(isShown), [false, true, false])
    const report = await verifyZip(zipOf(membersOf(files)), { policy: policyOf(scene.keys) })
    assert.deepEqual([report.result, report.findings], ['complete', []])
  }
})
