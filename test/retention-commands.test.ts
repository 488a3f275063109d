// Each command for retention, as it is typed, over a data folder that no server holds.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { run } from '../src/cli/run.ts'

let dir = ''

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onrecord-retention-'))
  for (const [name, role] of [
    ['ann', 'member'],
    ['rita', 'records'],
    ['paul', 'privacy'],
    ['adam', 'administrator'],
  ] as const)
    await done('user', 'add', `${name}@localhost`, '--role', role, '--password-stdin')
})

after(() => rmSync(dir, { recursive: true, force: true }))

/** What a command says, and its exit status. */
async function typed(...argv: readonly string[]): Promise<{ status: number; said: string }> {
  const lines: string[] = []
  const status = await run(argv, {
    env: { ONRECORD_DATA: join(dir, 'data'), ONRECORD_KEY_FILE: join(dir, 'keys/vault.key') },
    input: Readable.from(['correct horse battery\n']),
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
  })
  return { status, said: lines.join('\n') }
}

async function done(...argv: readonly string[]): Promise<string> {
  const { status, said } = await typed(...argv)
  assert.equal(status, 0, said)
  return said
}

async function refused(...argv: readonly string[]): Promise<string> {
  const { status, said } = await typed(...argv)
  assert.equal(status, 1, said)
  return said
}

const rita = ['--as', 'rita@localhost']
const paul = ['--as', 'paul@localhost']

test('a class is made, locked, made longer, and not made shorter by anybody', async () => {
  const fresh = ['retention', 'class', 'desk']
  assert.match(await refused(...fresh, ...rita), /is new: say how long it is kept/)
  assert.match(await refused(...fresh, '--keep', '5 years'), /Say with --as who acts/)
  const asAdam = [...fresh, '--keep', '5 years', '--as', 'adam@localhost']
  assert.match(
    await refused(...asAdam),
    /adam@localhost is administrator: this takes the role records/,
  )
  await done(...fresh, '--keep', '5 years', '--lock', '--authority', 'a duty', ...rita)
  assert.match(await refused(...fresh, '--keep', '4 years', ...rita), /locked at 5 years/)
  await done(...fresh, '--keep', '6 years', ...rita)
  assert.match(await done('retention', 'classes'), /^desk\t6 years, locked\ta duty$/m)
})

test('rules are set from a file, printed as they were, and refused with the place that is wrong', async () => {
  const file = join(dir, 'rules.json')
  const rules = [{ name: 'desk', class: 'desk', groups: ['traders'], kinds: ['message'] }]
  writeFileSync(file, JSON.stringify(rules))
  await done('retention', 'rules', '--set', file, ...rita)
  assert.deepEqual(JSON.parse(await done('retention', 'rules')), rules)
  writeFileSync(file, JSON.stringify([{ ...rules[0], kinds: ['mesage'] }]))
  const said = await refused('retention', 'rules', '--set', file, ...rita)
  assert.match(said, /rules\.0\.kinds\.0 is no kind of record, "mesage"/)
  writeFileSync(file, '[')
  assert.match(
    await refused('retention', 'rules', '--set', file, ...rita),
    /cannot be read as JSON/,
  )
})

test('a group is what a rule names, and an act on record', async () => {
  const said = await done('user', 'groups', 'ann@localhost', 'traders,desk', '--json')
  assert.deepEqual(JSON.parse(said), { address: 'ann@localhost', groups: ['desk', 'traders'] })
  assert.match(await refused('user', 'groups', 'ann@localhost', 'A b'), /no name of a group/)
})

test('a pack is shown with what asks for it, and applied beside the rules that there are', async () => {
  assert.match(await done('retention', 'pack', 'list'), /^sec-17a-4\t/m)
  assert.match(await done('retention', 'pack', 'mifid-ii'), /5 years, locked.*art\. 16\(7\)/)
  await done('retention', 'pack', 'mifid-ii', '--apply', ...rita)
  const rules: readonly { name: string }[] = JSON.parse(await done('retention', 'rules'))
  assert.deepEqual(
    rules.map(({ name }) => name),
    ['desk', 'mifid-ii', 'mifid-ii-seven'],
  )
})

test('a simulation shows what a draft would do, and nothing is changed by it', async () => {
  const draft = join(dir, 'draft.json')
  writeFileSync(draft, JSON.stringify({ classes: [{ name: 'acts', keep: '1 day' }] }))
  assert.match(
    await refused('retention', 'simulate', '--draft', draft),
    /would be refused: acts of/,
  )
  const classes = await done('retention', 'classes')
  const found: { recordsUnderDraft: number } = JSON.parse(
    await done('retention', 'simulate', '--until', '2100-01-01', '--json'),
  )
  assert.equal(found.recordsUnderDraft, 0)
  assert.equal(await done('retention', 'classes'), classes)
})

test('why names owner, class, period, policy and holds of any record', async () => {
  const said = await done('retention', 'why', '0')
  assert.match(said, /^record 0: person\.add/)
  assert.match(said, /^owners: the company$/m)
  assert.match(said, /^class: acts\tpermanent/m)
  assert.match(said, /^policy: builtin:acts/m)
  assert.match(said, /^kept for ever: its class is permanent$/m)
  assert.match(said, /^holds: none$/m)
  assert.match(await refused('retention', 'why', '9999'), /There is no record 9999 yet/)
})

test('an exemption takes two others, stands in the list, and ends by an act', async () => {
  const exempt = ['retention', 'exempt', 'ann@localhost', '--from', 'review', '--reason', 'counsel']
  assert.match(await refused(...exempt, ...rita), /nothing was done yet: it takes 2 persons/)
  assert.equal(await done('retention', 'exemptions'), 'nobody is exempt')
  assert.match(await refused(...exempt, ...rita, ...rita), /named twice/)
  const self = ['retention', 'exempt', 'paul@localhost', '--from', 'review', '--reason', 'x']
  assert.match(await refused(...self, ...rita, ...paul), /about himself/)
  const { id }: { id: string } = JSON.parse(await done(...exempt, ...rita, ...paul, '--json'))
  assert.match(await refused(...exempt, ...rita, ...paul), /exempt from review already/)
  const listed = await done('retention', 'exemptions')
  assert.equal(listed, `${id}\tann@localhost\treview\trita@localhost,paul@localhost\tcounsel`)
  await done('retention', 'exempt-end', id, ...paul)
  assert.equal(await done('retention', 'exemptions'), 'nobody is exempt')
})

test('an event is put on record, and none that is still to come', async () => {
  const event = ['retention', 'event', 'leaver', 'ann@localhost']
  assert.match(await refused(...event, '--at', '2999-01-01', ...rita), /still to come/)
  assert.match(await done(...event, ...rita), /on record: leaver ann@localhost/)
  assert.match(await refused('retention', 'event', 'birthday', 'ann@localhost', ...rita), /event/)
})
