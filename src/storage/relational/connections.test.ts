import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { type Connection, type ConnectionState, type LookState } from '../../audit/ports.ts'
import { personId } from '../../record/ids.ts'
import { relationalConnections } from './connections.ts'
import { relationalLooks } from './looks.ts'
import { openState } from './open-state.ts'

const ann = personId('a'.repeat(32))
const ben = personId('b'.repeat(32))

async function setUp(t: TestContext): Promise<{
  readonly connections: ConnectionState
  readonly looks: LookState
  readonly file: string
}> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-connections-'))
  const file = join(dir, 'state.db')
  const [state, keys] = [await openState(file), await memoryKeys()]
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return {
    connections: relationalConnections(state.db, keys),
    looks: relationalLooks(state.db, keys),
    file,
  }
}

const at = (ms: number, person: Connection['person'] = ann): Connection => ({
  person,
  at: ms,
  what: 'sign-in',
  how: 'web',
  address: '192.0.2.77',
  agent: 'Gajim',
})
const all = { person: undefined, before: null, limit: 10 }

test('connections are found by person and place, newest first', async (t) => {
  const { connections } = await setUp(t)
  await connections.add([at(1), at(2, ben), at(3), at(4, null)])
  const times = async (query: Parameters<ConnectionState['find']>[0]): Promise<number[]> =>
    (await connections.find(query)).map((one) => one.at)
  assert.deepEqual(await times(all), [4, 3, 2, 1])
  assert.deepEqual(await times({ ...all, person: ann }), [3, 1])
  assert.deepEqual(await times({ ...all, person: null }), [4])
  const [newest] = await connections.find(all)
  assert.deepEqual(await times({ ...all, before: newest?.id ?? 0, limit: 2 }), [3, 2])
})

test('what is too old goes, and all but the newest', async (t) => {
  const { connections } = await setUp(t)
  await connections.add([1, 2, 3, 4, 5].map((ms) => at(ms)))
  await connections.sweep(2, 3)
  assert.deepEqual(
    (await connections.find(all)).map((one) => one.at),
    [5, 4, 3],
  )
})

test('neither who nor from where stands in the file', async (t) => {
  const { connections, file } = await setUp(t)
  await connections.add([at(1)])
  const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)])
  for (const text of ['192.0.2.77', 'Gajim', ann]) assert.equal(bytes.includes(text), false, text)
})

test('looks are added up, once for each act', async (t) => {
  const { looks } = await setUp(t)
  const look = { person: ann, month: '2026-05', category: 'legal', records: 2 }
  await looks.add([look], 7)
  await looks.add([look, { ...look, month: '2026-06' }, { ...look, person: ben }], 9)
  await looks.add([look], 9)
  assert.equal(await looks.applied(), 9)
  assert.deepEqual(await looks.of(ann), [
    { month: '2026-05', category: 'legal', records: 4 },
    { month: '2026-06', category: 'legal', records: 2 },
  ])
})
