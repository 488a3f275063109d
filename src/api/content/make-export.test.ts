// Whose records an export has: an address is the same person, however it is written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'
import { fakeDirectory } from '../../../test/fakes/directory.ts'
import { memoryExports } from '../../../test/fakes/exports.ts'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { exportAct } from '../../discovery/bundle/act.ts'
import { type Person } from '../../directory/ports.ts'
import { personId } from '../../record/ids.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { adminApi } from '../door/admin.ts'
import { asHeader } from '../door/caller.ts'

const ann: Person = {
  id: personId('a'.repeat(32)),
  address: 'ann@example.org',
  role: 'officer',
  enabled: true,
}

test('an export of a time says where that lies in the log', async () => {
  const clock = { at: 1_000_000 }
  const directory = { ...fakeDirectory({}), find: () => ann, list: () => [ann] }
  const record = fakeRecord(() => clock.at++)
  const now = (): number => clock.at
  const exportJobs = await memoryExports({ record, now })
  const host = await fakeApiHost({ directory, record, now, exportJobs })
  for (let n = 0; n < 5; n++) await record.append(newRecord({ messageId: `m${n}` }))
  const api = adminApi(host)
  const rangeOf = async (time: object): Promise<unknown> => {
    const { body } = await api.inject({
      method: 'POST',
      url: '/v1/exports',
      headers: { [asHeader]: encodeURIComponent(ann.address) },
      payload: { purpose: 'a test', time },
    })
    const { content } = await record.read(JSON.parse(body).act)
    return JSON.parse(content).range
  }
  assert.deepEqual(await rangeOf({ from: 1_000_001, until: 1_000_003 }), { from: 1, to: 3 })
  assert.deepEqual(await rangeOf({ from: 1_000_002, until: null }), { from: 2, to: null })
})

test('an export of persons has them however their addresses are written', async () => {
  const directory = {
    ...fakeDirectory({}),
    find: (address: string) => (address === ann.address ? ann : null),
    list: () => [ann],
  }
  const host = await fakeApiHost({ directory })
  const api = adminApi(host)
  const ask = async (persons: readonly string[]): Promise<{ status: number; act: number }> => {
    const { statusCode, body } = await api.inject({
      method: 'POST',
      url: '/v1/exports',
      headers: { [asHeader]: encodeURIComponent(ann.address) },
      payload: { purpose: 'a test', persons },
    })
    const { act = -1 }: { act?: number } = JSON.parse(body)
    return { status: statusCode, act }
  }
  for (const written of ['ann@example.org', 'Ann@Example.ORG', 'ANN@example.org']) {
    const { act } = await ask([written, 'Eve@Elsewhere.example'])
    const { content } = await host.record.read(act)
    const { scope } = exportAct(content, { position: act, at: 0 })
    assert.deepEqual(scope.persons, [ann.id, outsiderId('eve@elsewhere.example')])
  }
  assert.equal((await ask(['Bo@Example.org'])).status, 404)
})
