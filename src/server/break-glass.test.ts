// Who is told that sealed access was opened.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryScene } from '../../test/support/api-directory.ts'
import { silentLog } from '../base/log.ts'
import { noLimits } from '../directory/access/grants.ts'
import { type BreakGlass } from '../directory/break-glass/break-glass.ts'
import { type StandingEnvelope } from '../directory/break-glass/types.ts'
import { watchSealedAccess } from './break-glass.ts'

test('whoever has a role of office by a grant is told too, and one who cannot be told keeps it from nobody', async (t) => {
  const { directory, add, time } = await directoryScene(t)
  const [boss, ada] = [await add('boss', 'administrator'), await add('ada')]
  const [omar, max] = [await add('omar'), await add('max')]
  const rest = { of: null, from: time.now(), until: null, reason: 'r' }
  const all = { ...rest, role: 'officer', limits: noLimits } as const
  await directory.access.grants.make({ ...all, person: omar.id }, [boss.id])
  const limits = { ...noLimits, matters: ['other'] }
  await directory.access.grants.make({ ...all, limits, person: max.id }, [boss.id])
  const envelope: StandingEnvelope = {
    id: 'e',
    person: ada.id,
    roles: ['auditor'],
    matters: [],
    hours: 1,
    of: 1,
    threshold: 1,
    reason: 'r',
    by: [boss.id],
    position: 1,
    key: null,
    openedAt: 0,
    until: 1,
    ended: null,
  }
  const news = Promise.withResolvers<Parameters<BreakGlass['onNews']>[0]>()
  const breakGlass: BreakGlass = {
    list: () => [envelope],
    get: () => envelope,
    stateOf: () => 'open',
    prepare: async () => await Promise.reject(new Error('not here')),
    print: async () => await Promise.reject(new Error('not here')),
    open: async () => await Promise.reject(new Error('not here')),
    end: async () => await Promise.reject(new Error('not here')),
    async sweep() {},
    tellAgain() {},
    onNews: news.resolve,
  }
  const failed = Promise.withResolvers<string>()
  const log = { ...silentLog, error: failed.resolve }
  const said: string[] = []
  const stop = await watchSealedAccess(
    { breakGlass, directory },
    { log },
    {
      async says({ address }) {
        said.push(address)
        if (address === boss.address) throw new Error('not now')
        await Promise.resolve()
      },
    },
  )
  t.after(stop)
  const listener = await news.promise
  listener(envelope, 'opened')
  assert.equal(await failed.promise, 'break-glass.not-told')
  assert.deepEqual(said.toSorted(), [boss.address, omar.address].toSorted())
})
