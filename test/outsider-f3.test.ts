// COMPLIANCE.md §F3: an export states a range of the log, and the verifier shows that every leaf of it is in the package or in a signed
// exclusion. Who tampers here can sign bundles, and wants to leave one record out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BundleScope } from '../src/discovery/bundle/ports.ts'
import { editedLines } from './support/bundles/case.ts'
import {
  actOn,
  bundleOf,
  policyOf,
  signedAnew,
  talkingScene,
  textIn,
  type Files,
  type Scene,
} from './support/bundles/scene.ts'
import { verifyZip, type Report } from './support/bundles/verifier.ts'
import { membersOf, zipOf } from './support/bundles/zip-of.ts'
import { pairOf } from './support/sealed-batches.ts'

const everyNth = 15

type Exported = { readonly scene: Scene; readonly files: Files; readonly shown: readonly number[] }

async function exported(asked: (scene: Scene) => Partial<BundleScope>): Promise<Exported> {
  const scene = await talkingScene()
  const files = await bundleOf(scene, await actOn(scene, asked(scene)))
  const shown = textIn(files, 'records.jsonl')
    .split('\n')
    .slice(0, -1)
    .map((line): number => JSON.parse(line).index)
  return { scene, files, shown }
}

async function verified(files: Files, { scene }: Exported): Promise<Report> {
  return await verifyZip(zipOf(membersOf(files)), { policy: policyOf(scene.keys) })
}

function from(line: string): number {
  return JSON.parse(line).from
}

/** Without the record, and with it among the excluded for that reason; or with nothing in its place. */
function without({ files, scene }: Exported, position: number, reason: string | null): Files {
  const left = new Map(files)
  editedLines(left, 'records.jsonl', (all) =>
    all.filter((line) => !line.startsWith(`{"index":${position},`)),
  )
  if (reason !== null)
    editedLines(left, 'excluded.jsonl', (all) => {
      const run = { from: position, to: position + 1, reason }
      const more = reason === 'withheld' ? { ...run, note: 'not for you' } : run
      return [...all, JSON.stringify(more)].toSorted((a, b) => from(a) - from(b))
    })
  return signedAnew(left, scene.keys, (manifest) => {
    const counts: Record<string, number> = Object(manifest['counts'])
    const excluded = (counts['excluded'] ?? 0) + (reason === null ? 0 : 1)
    manifest['counts'] = { ...counts, records: (counts['records'] ?? 0) - 1, excluded }
  })
}

const scopes: readonly (readonly [string, (scene: Scene) => Partial<BundleScope>])[] = [
  ['everything', () => ({})],
  ['a range of positions', () => ({ positions: { from: 40, to: 240 } })],
  ['a conversation', ({ people }) => ({ conversations: [pairOf(people[0], people[1])] })],
]

for (const [what, asked] of scopes)
  test(`F3: an export of ${what} accounts for each position, and no record can be left out of it`, async () => {
    const whole = await exported(asked)
    assert.equal((await verified(whole.files, whole)).result, 'complete')
    const { ranges, counts } = JSON.parse(textIn(whole.files, 'manifest.json'))
    assert.equal(counts.positions, ranges[0].to - ranges[0].from)
    for (const position of whole.shown.filter((_, i) => i % everyNth === 0))
      for (const reason of [null, 'other-conversation', 'not-of-person', 'withheld']) {
        const report = await verified(without(whole, position, reason), whole)
        assert.equal(report.exit, 1, `record ${position}, as ${reason}`)
      }
  })

test('F3: what a person said cannot be left out of his export', async () => {
  const whole = await exported(({ people }) => ({ persons: [people[1]] }))
  assert.equal((await verified(whole.files, whole)).result, 'complete')
  const sender = `\\"sender\\":\\"${whole.scene.people[1]}`
  const said = textIn(whole.files, 'records.jsonl')
    .split('\n')
    .filter((line) => line.includes(sender))
    .map((line): number => JSON.parse(line).index)
  for (const position of [...said.filter((_, i) => i % everyNth === 0), ...said.slice(-1)]) {
    const report = await verified(without(whole, position, 'not-of-person'), whole)
    assert.equal(report.exit, 1, `record ${position}`)
  }
})

test('F3: a whole month at the end of a conversation cannot be left out, since the log counted it when it was asked for', async () => {
  const whole = await exported(({ people }) => ({ conversations: [pairOf(people[0], people[1])] }))
  const report = await verified(whole.files, whole)
  assert.match(report.proved.join('\n'), /Nothing of what was asked for is left out at its end/)
  const december = Date.UTC(2026, 11)
  const late = textIn(whole.files, 'records.jsonl')
    .split('\n')
    .filter((line) => Number(/t_server\\":(\d+)/.exec(line)?.[1]) >= december)
    .map((line): number => JSON.parse(line).index)
  assert.ok(late.length > 0)
  let { files } = whole
  for (const position of late) files = without({ ...whole, files }, position, 'other-conversation')
  const found = await verified(files, whole)
  assert.deepEqual([found.exit, found.findings[0]?.code], [1, 'conv.gap'])
})

test('F3: what a bundle cannot prove by itself is said with it', async () => {
  const whole = await exported(({ people }) => ({
    conversations: [pairOf(people[0], people[1])],
    positions: { from: 0, to: 200 },
  }))
  const report = await verified(whole.files, whole)
  assert.match(report.asserted.join('\n'), /no record in a bucket .* in which none is shown/)
  assert.match(report.asserted.join('\n'), /nothing was said elsewhere/)
})
