// Exports that the server makes: in turn, once, and never half.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryExports, memoryExportState } from '../../../test/fakes/exports.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { personId } from '../../record/ids.ts'
import { type PersonId } from '../../record/types.ts'
import { scopeOf, type ExportContent } from '../bundle/act.ts'
import { type ExportJobs } from './jobs.ts'
import { type BundleShelf, type MadeBundle } from './ports.ts'

const olga = personId('a'.repeat(32))
const lena = personId('b'.repeat(32))

function asked(id: string, by: PersonId = olga): ExportContent {
  const what = { purpose: 'the case', matter: null, category: 'legal', key: '' } as const
  const scope = scopeOf({})
  const ends = { conversations: [], persons: [] }
  return { v: 1, id: id.repeat(32), by, scope, range: null, ends, keeps: true, ...what }
}

type Shelf = BundleShelf & {
  /** What is being made, and how it ends. */
  readonly making: Map<string, PromiseWithResolvers<MadeBundle>>
  readonly kept: Set<string>
  next(): Promise<string>
}

function fakeShelf(): Shelf {
  const making = new Map<string, PromiseWithResolvers<MadeBundle>>()
  const kept = new Set<string>()
  let begun = Promise.withResolvers<string>()
  return {
    making,
    kept,
    next: async () => await begun.promise,
    async make({ id }, onProgress) {
      const made = Promise.withResolvers<MadeBundle>()
      making.set(id, made)
      onProgress({ of: 4, records: 1, bytes: 10 })
      begun.resolve(id)
      begun = Promise.withResolvers<string>()
      try {
        const done = await made.promise
        kept.add(id)
        return done
      } finally {
        making.delete(id)
      }
    },
    async cancel() {
      for (const { reject } of making.values()) reject(new Error('cut off'))
      await Promise.resolve()
    },
    open: async () =>
      await Promise.resolve({
        async *read() {
          yield await Promise.resolve(new Uint8Array([1]))
        },
        close: async () => {},
      }),
    remove: async (id) => void (await Promise.resolve(kept.delete(id))),
    removeUnfinished: async () => {},
  }
}

const bundle = (bytes: number): MadeBundle => ({ bytes, sha256: 'c'.repeat(64), records: 4 })

function scene() {
  const clock = { at: 1_000 }
  const [state, record] = [memoryExportState(), fakeRecord(() => clock.at++)]
  const open = async (shelf: BundleShelf): Promise<ExportJobs> =>
    await memoryExports({ record, now: () => clock.at, state, shelf })
  return { clock, state, record, open }
}

const statesOf = (jobs: ExportJobs): unknown[] =>
  jobs.list().map(({ id, end }) => [id[0], end?.state ?? null])

test('exports are made one after the other, and what became of each is on record', async () => {
  const { open, record } = scene()
  const shelf = fakeShelf()
  const jobs = await open(shelf)
  await jobs.ask(asked('1'))
  await jobs.ask(asked('2'))
  const first = shelf.next()
  await jobs.start()
  assert.equal((await first)[0], '1')
  assert.deepEqual(
    [...shelf.making.keys()].map((id) => id[0]),
    ['1'],
  )
  assert.deepEqual(jobs.progressOf('1'.repeat(32)), { of: 4, records: 1, bytes: 10 })
  assert.equal(jobs.progressOf('2'.repeat(32)), null)
  const second = shelf.next()
  shelf.making.get('1'.repeat(32))?.resolve(bundle(5))
  await second
  shelf.making.get('2'.repeat(32))?.reject(new OperatorError('bundle.refused', 'Too wide.'))
  await jobs.idle()
  assert.deepEqual(statesOf(jobs), [
    ['1', 'done'],
    ['2', 'failed'],
  ])
  assert.equal(jobs.get('2'.repeat(32))?.end?.why, 'Too wide.')
  const kinds = []
  for await (const { envelope } of record.each({ from: 0, to: record.size }))
    kinds.push(envelope.kind)
  assert.deepEqual(kinds, ['export', 'export', 'export.end', 'export.end'])
})

test('what was being made when the server was killed is made anew, and given up when that happens again', async () => {
  const { open } = scene()
  const begin = async (): Promise<void> => {
    const shelf = fakeShelf()
    const jobs = await open(shelf)
    const begun = shelf.next()
    await jobs.start()
    await begun
    // Nothing closes it: the process is gone.
  }
  const jobs = await open(fakeShelf())
  await jobs.ask(asked('1'))
  await begin()
  await begin()
  const last = await open(fakeShelf())
  await last.start()
  await last.idle()
  assert.equal(last.get('1'.repeat(32))?.end?.state, 'failed')
  assert.match(last.get('1'.repeat(32))?.end?.why ?? '', /stopped 2 times/)
})

test('an export whose act is on record and which the state knows nothing of is made', async () => {
  const { open, state, record, clock } = scene()
  const never = { ...state, apply: async () => await Promise.reject(new Error('the disk is full')) }
  const before = await memoryExports({ record, now: () => clock.at, state: never })
  await before.ask(asked('1'))
  assert.deepEqual(statesOf(await open(fakeShelf())), [['1', null]])
})

test('a key without a bundle, as a kill leaves it, goes at the next start', async () => {
  const { open, state } = scene()
  const shelf = fakeShelf()
  const jobs = await open(shelf)
  await jobs.ask(asked('1'))
  const begun = shelf.next()
  await jobs.start()
  await begun
  // The bundle and its key are there, and the act that says so is not.
  await state.putKey('1'.repeat(32), new Secret(new Uint8Array(32)))
  const after = fakeShelf()
  after.kept.add('1'.repeat(32))
  const again = await open(after)
  const anew = after.next()
  await again.start()
  assert.deepEqual(await state.keyed(), [])
  assert.deepEqual([...after.kept], [])
  assert.equal((await anew)[0], '1')
})

test('what is called off is not made, whether it waits or is being made', async () => {
  const { open, state } = scene()
  const shelf = fakeShelf()
  const jobs = await open(shelf)
  await jobs.ask(asked('1'))
  await jobs.ask(asked('2'))
  const begun = shelf.next()
  await jobs.start()
  await begun
  await jobs.cancel('2'.repeat(32), lena)
  await jobs.cancel('1'.repeat(32), lena)
  await jobs.idle()
  assert.deepEqual(statesOf(jobs), [
    ['1', 'cancelled'],
    ['2', 'cancelled'],
  ])
  assert.equal(jobs.get('1'.repeat(32))?.end?.by, lena)
  assert.deepEqual([await state.keyed(), [...shelf.kept]], [[], []])
  await assert.rejects(jobs.cancel('1'.repeat(32), lena), { code: 'export.over' })
})

test('what is called off in the last moment leaves no bundle and no key', async () => {
  const { open, state } = scene()
  const shelf = fakeShelf()
  // It cannot be cut off any more.
  const jobs = await open({ ...shelf, cancel: async () => {} })
  await jobs.ask(asked('1'))
  const begun = shelf.next()
  await jobs.start()
  await begun
  await jobs.cancel('1'.repeat(32), olga)
  shelf.making.get('1'.repeat(32))?.resolve(bundle(5))
  await jobs.idle()
  assert.deepEqual(statesOf(jobs), [['1', 'cancelled']])
  assert.deepEqual([await state.keyed(), [...shelf.kept]], [[], []])
})

test('a bundle goes when its time is over, and the oldest when others need its room', async () => {
  const { open, clock, state } = scene()
  const shelf = fakeShelf()
  const jobs = await open(shelf)
  await jobs.start()
  for (const id of ['1', '2', '3']) {
    const begun = shelf.next()
    await jobs.ask(asked(id))
    await begun
    shelf.making.get(id.repeat(32))?.resolve(bundle(400))
    await jobs.idle()
  }
  // 1,000 bytes are kept at most.
  assert.deepEqual(statesOf(jobs), [
    ['1', 'removed'],
    ['2', 'done'],
    ['3', 'done'],
  ])
  await assert.rejects(jobs.noteFetch('1'.repeat(32), { by: olga, purpose: 'p' }), {
    code: 'export.no-bundle',
  })
  assert.equal(await jobs.open('1'.repeat(32)), null)
  clock.at += 3_600_000
  await jobs.sweep()
  assert.deepEqual(
    jobs.list().map(({ end }) => end?.state),
    ['removed', 'removed', 'removed'],
  )
  assert.deepEqual([await state.keyed(), [...shelf.kept]], [[], []])
})

test('nobody fills the queue', async () => {
  const jobs = await scene().open(fakeShelf())
  for (const id of ['1', '2', '3', '4', '5']) await jobs.ask(asked(id))
  await assert.rejects(jobs.ask(asked('6')), { code: 'export.busy' })
  await jobs.ask(asked('6', lena))
  const { keeps: _keeps, ...atTheMachine } = asked('7')
  await jobs.ask(atTheMachine)
  assert.equal(jobs.get('7'.repeat(32)), null)
})

test('a bundle that is fetched is noted first, and so many are read at a time at most', async () => {
  const { open, record } = scene()
  const shelf = fakeShelf()
  const jobs = await open(shelf)
  await jobs.ask(asked('1'))
  await assert.rejects(jobs.noteFetch('1'.repeat(32), { by: olga, purpose: 'p' }), {
    code: 'export.no-bundle',
  })
  const begun = shelf.next()
  await jobs.start()
  await begun
  shelf.making.get('1'.repeat(32))?.resolve(bundle(5))
  await jobs.idle()
  const act = await jobs.noteFetch('1'.repeat(32), { by: lena, purpose: 'for the court' })
  const { envelope, content } = await record.read(act)
  assert.deepEqual([envelope.kind, envelope.sender], ['export.fetch', lena])
  assert.equal(JSON.parse(content).sha256, 'c'.repeat(64))
  const opened = []
  for (let n = 0; n < 20; n++) opened.push(await jobs.open('1'.repeat(32)))
  await assert.rejects(jobs.open('1'.repeat(32)), { code: 'export.too-many' })
  await opened[0]?.close()
  await opened[0]?.close()
  assert.ok(await jobs.open('1'.repeat(32)))
  await assert.rejects(jobs.open('1'.repeat(32)), { code: 'export.too-many' })
})
