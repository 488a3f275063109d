import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'
import { fakeDirectory } from '../../../test/fakes/directory.ts'
import { FatalError } from '../../base/errors.ts'
import { adminApi } from './admin.ts'

for (const [what, error, isFatal] of [
  ['doubt about the record stops the process', new FatalError('an act is of nobody'), true],
  ['any other failure costs the one request', new Error('a bug'), false],
] as const) {
  test(what, async (t) => {
    const told: unknown[] = []
    const directory = {
      ...fakeDirectory({}),
      list() {
        throw error
      },
    }
    const host = await fakeApiHost({ directory, fatal: (doubt) => told.push(doubt) })
    const api = adminApi(host)
    t.after(async () => await api.close())
    const { statusCode } = await api.inject({ method: 'GET', url: '/v1/people' })
    assert.deepEqual([statusCode, told], [500, isFatal ? [error] : []])
  })
}
