// The commands for disposal, as they are typed, over a data folder that no server holds.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { Secret } from '../src/base/secret.ts'
import { run } from '../src/cli/run.ts'
import { type Role } from '../src/directory/roles.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { keepOneMonth } from './support/dispose.ts'
import { hire } from './support/talk.ts'

let folder: RecordFolder
/** Records that Ann and Bo, and Ann and Cy, have said something in. */
const said: Record<string, number[]> = { bo: [], cy: [] }

before(async () => {
  folder = recordFolder()
  await folder.session(Date.now(), async ({ directory, record }) => {
    const ids = new Map<string, Parameters<typeof directRecord>[0]['from']>()
    for (const [name, role] of [
      ['ann', 'member'],
      ['bo', 'member'],
      ['cy', 'member'],
      ['lea', 'legal'],
      ['rob', 'records'],
    ] satisfies [string, Role][]) {
      const address = `${name}@chat.example`
      const password = new Secret(`password of ${name}`)
      const by = { commandLine: true } as const
      ids.set(name, (await directory.add({ address, password, role, by })).id)
    }
    const from = ids.get('ann')
    for (const [n, name] of ['bo', 'cy', 'bo', 'bo'].entries()) {
      const to = ids.get(name)
      assert.ok(from && to)
      const { position } = await record.append(directRecord({ from, to, text: `words ${n}` }))
      said[name]?.push(position)
    }
  })
})

after(() => folder[Symbol.dispose]())

const dayMs = 86_400_000

type Typed = { readonly status: number; readonly out: string; readonly err: string }

async function typed(...argv: readonly string[]): Promise<Typed> {
  return await typedAt(folder, argv)
}

async function typedAt({ path }: RecordFolder, argv: readonly string[]): Promise<Typed> {
  const [out, err]: [string[], string[]] = [[], []]
  const status = await run(argv, {
    env: {
      ONRECORD_DATA: path('data'),
      ONRECORD_KEY_FILE: path('keys/vault.key'),
      ONRECORD_DOMAIN: 'chat.example',
    },
    input: Readable.from([]),
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  })
  return { status, out: out.join('\n'), err: err.join('\n') }
}

function as(name: string): readonly string[] {
  return ['--as', `${name}@chat.example`]
}

async function erase(...scope: readonly string[]): Promise<number> {
  const words = ['disposal', 'erase', '--decision', 'a court', '--json', ...as('lea')]
  const { status, out, err } = await typed(...words, ...scope)
  assert.equal(status, 0, err)
  return Number(JSON.parse(out).run.id)
}

function proposalIn({ out }: Typed): string {
  return /^proposal\t([0-9a-f]{64})$/m.exec(out)?.[1] ?? assert.fail(out)
}

test('who approves an erasure is shown what was asked for and what that has, and approves exactly that', async () => {
  const id = await erase('--person', 'ann@chat.example', '--query', 'words')
  const shown = await typed('disposal', 'show', String(id), ...as('rob'))
  assert.match(shown.out, /^asks for\tperson ann@chat\.example\nasks for\tquery words$/m)
  assert.match(shown.out, /^has\t4 records of 2 conversations\tfrom 20\d\d-.*\tto 20\d\d-/m)
  assert.match(shown.out, /^in\t(?:ann@\S+ and bo@\S+|bo@\S+ and ann@\S+)\t3 records$/m)
  assert.match(shown.out, /^in\t(?:ann@\S+ and cy@\S+|cy@\S+ and ann@\S+)\t1 records$/m)
  // The machine's own administrator names nobody, and is not told who talks with whom.
  const machine = await typed('disposal', 'show', String(id))
  assert.match(machine.out, /^in\tconversation [0-9a-f]{32}\t3 records$/m)
  assert.doesNotMatch(machine.out, /bo@/)

  const approve = ['disposal', 'approve', String(id), ...as('rob')]
  const blind = await typed(...approve)
  assert.equal(blind.status, 2)
  assert.match(blind.err, /--proposal names what you approve/)
  const other = await erase('--person', 'cy@chat.example')
  const its = proposalIn(await typed('disposal', 'show', String(other), ...as('rob')))
  const swapped = await typed(...approve, '--proposal', its)
  assert.equal(swapped.status, 1)
  assert.match(swapped.err, new RegExp(`This is not the digest of ${id}: look at what it asks for`))
  const done = await typed(...approve, '--proposal', proposalIn(shown))
  assert.deepEqual([done.status, done.err], [0, ''])
  assert.match(done.out, /2 of 2 approvals/)
})

test('a month in which nothing was said is counted, and not shown as due', async () => {
  using old = recordFolder()
  await old.session(Date.now() - 200 * dayMs, async (storage) => {
    const [from, to] = await hire(storage)
    assert.ok(from && to)
    await keepOneMonth(storage, [from])
    await storage.record.append(directRecord({ from, to, text: 'one' }))
  })
  const { status, out, err } = await typedAt(old, ['disposal', 'due', '--preview'])
  assert.equal(status, 0, err)
  assert.match(
    out,
    /^bucket \d+\tdefault\t.*\n  1 go, 0 stay\n1 empty buckets: their keys go with the next proposal$/,
  )
})
