import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeDirectory } from '../../test/fakes/directory.ts'
import { FatalError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { type Holds } from '../record/holds/holds.ts'
import { adminApi } from './admin.ts'

const noHolds: Holds = {
  place: async () => await Promise.reject(new Error('nothing is held here')),
  release: async () => await Promise.reject(new Error('nothing is held here')),
  get: () => null,
  list: () => [],
  matching: async () => [],
  count: async () => ({ records: 0, below: 0 }),
}

for (const [what, error, isFatal] of [
  ['doubt about the record stops the process', new FatalError('an act is of nobody'), true],
  ['any other failure costs the one request', new Error('a bug'), false],
] as const) {
  test(what, async (t) => {
    const told: unknown[] = []
    const api = adminApi({
      directory: {
        ...fakeDirectory({}),
        list() {
          throw error
        },
      },
      log: silentLog,
      confirmClock() {},
      domain: 'example.org',
      holds: noHolds,
      findRoom: async () => null,
      fatal: (doubt) => told.push(doubt),
    })
    t.after(async () => await api.close())
    const { statusCode } = await api.inject({ method: 'GET', url: '/v1/people' })
    assert.deepEqual([statusCode, told], [500, isFatal ? [error] : []])
  })
}
