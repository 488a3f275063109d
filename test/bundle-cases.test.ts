// The table of bundles against the verifier's own module: what is broken is found, and named; what is right is complete.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { bundleCases, type BundleCase } from './support/bundles/cases.ts'
import { verifyZip } from './support/bundles/verifier.ts'

let cases: readonly BundleCase[] = []

before(async () => {
  cases = await bundleCases()
})

test('each bundle of the table gets the answer that the table has', async () => {
  const wrong: string[] = []
  for (const { name, zip, policy, heads = [], exit, code } of cases) {
    const report = await verifyZip(zip, { policy, heads })
    const found = report.findings[0]?.code ?? ''
    if (report.exit === exit && found === code) continue
    wrong.push(
      `${name}: ${report.exit} ${found} (${report.findings[0]?.what ?? ''}), expected ${exit} ${code}`,
    )
  }
  assert.deepEqual(wrong, [])
})
