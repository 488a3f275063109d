// The table of bundles against the verifier's own module: what is broken is found, and named; what is right is complete.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { bundleCases, type BundleCase } from './support/bundles/cases.ts'
import { verifierModule, verifyZip } from './support/bundles/verifier.ts'

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

test('that a range has all of the time that was asked for is proved where the act says so', async () => {
  const said: string[] = []
  for (const name of ['a stretch of time', 'a stretch of time, of an act of before']) {
    const { zip, policy } = cases.find((one) => one.name === name) ?? assert.fail(name)
    const { proved, asserted } = await verifyZip(zip, { policy, heads: [] })
    const found = [proved, asserted].map((lines) =>
      lines.some((line) => line.startsWith('All of the time that was asked for is in record')),
    )
    said.push(`${name}: ${found.join(' ')}`)
  }
  assert.deepEqual(said, [
    'a stretch of time: true false',
    'a stretch of time, of an act of before: false true',
  ])
})

test('what somebody has said is one line of the report, and steers no terminal', async () => {
  const report = await verifierModule('report.mjs')
  assert.ok('rowLine' in report && typeof report.rowLine === 'function')
  const content = 'hello\n9\tW\u001b[2J\u009b1A\u202eCOMPLETE'
  const envelope = { kind: 'message', sender: null }
  const line: unknown = report.rowLine({
    index: 1,
    level: 'S',
    at: 0,
    envelope,
    content,
    masked: [],
  })
  const shown = String.raw`hello\u000a9\u0009W\u001b[2J\u009b1A\u202eCOMPLETE`
  assert.equal(line, `1\tS\t1970-01-01T00:00:00.000Z\tmessage - ${shown}`)
})
