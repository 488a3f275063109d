// A bundle shows what was done with its records: holds, searches, reads and exports, and none that were about others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportedWithActs } from './support/bundles/acts.ts'
import { policyOf, textIn } from './support/bundles/scene.ts'
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
