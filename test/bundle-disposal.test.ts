// After a disposal: what is gone is excluded with its certificate, what was held is shown, and the bundle is complete.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { type PersonId } from '../src/record/types.ts'
import { exportBundle } from '../src/server/export-bundle.ts'
import { verifyPath } from './support/bundles/verifier.ts'
import { recordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire } from './support/talk.ts'
import { nothingStated } from './support/bundles/nothing-stated.ts'
import { disposeOfDue, keepOneMonth } from './support/dispose.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)

test('a bundle of what was disposed of is complete with its certificate', async () => {
  using folder = recordFolder()
  let people: readonly PersonId[] = []
  let act = 0
  let policy = ''
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    const [one, two, three] = people
    assert.ok(one && two && three)
    await keepOneMonth(storage, people)
    for (let n = 0; n < 60; n++) {
      const [from, to] = n % 3 === 0 ? [one, two] : [two, three]
      await storage.record.append(directRecord({ from, to, text: `word ${n}` }))
    }
    const nobody = { persons: [], conversations: [], query: null, from: null, until: null }
    const said = { by: one, name: 'a matter', reason: 'a claim' }
    await storage.management.holds.place({ ...said, scope: { ...nobody, persons: [one] } })
  })
  for (const month of [december, january])
    await folder.session(month, async (storage) => {
      const { record, keys } = storage
      const [one, two] = people
      assert.ok(one && two)
      record.confirmClock()
      await record.append(directRecord({ from: one, to: two, text: 'later' }))
      if (month === december) return
      await disposeOfDue(storage, people)
      const key = keys.exports.verifierKey
      policy = keys.log.verifierKeys.map((line) => `log ${line}\n`).join('')
      const content = {
        v: 1,
        id: 'e'.repeat(32),
        by: one,
        purpose: 'a test',
        matter: null,
      } as const
      act = (
        await record.append(
          exportRecord({
            ...content,
            scope: scopeOf({}),
            ends: { conversations: [], persons: [] },
            key,
          }),
        )
      ).position
    })
  const path = folder.path('bundle')
  const summary = await exportBundle(folder.config, {
    act,
    path,
    heads: [],
    stateHeads: nothingStated,
  })
  const report = await verifyPath(path, { policy })
  assert.deepEqual([report.result, report.findings], ['complete', []])
  assert.ok(summary.excluded >= 40, `${summary.excluded} are gone`)
  assert.match(
    report.proved.join('\n'),
    /Of 1 buckets records were destroyed: the certificates count/,
  )
  assert.match(readFileSync(`${path}/records.jsonl`, 'utf8'), /word 57/)
  assert.doesNotMatch(readFileSync(`${path}/records.jsonl`, 'utf8'), /word 58/)
})
