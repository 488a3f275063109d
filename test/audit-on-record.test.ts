// The archive of all acts on a real record: found by rows, sound, and made again from what is on record.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../src/base/secret.ts'
import { actingThrough } from '../src/base/through.ts'
import { rebuildRecord } from '../src/server/rebuild-record.ts'
import { type Storage } from '../src/server/storage.ts'
import { findingIn } from './support/damage.ts'
import { recordFolder } from './support/record-folder.ts'

const commandLine = { commandLine: true } as const
const day = Date.UTC(2026, 5, 1)

async function kindsIn({ audit }: Storage): Promise<string[]> {
  const { entries } = await audit.trail.page({ scope: 'all' }, { before: null, limit: 50 })
  return entries.map(({ kind, through }) => `${kind} ${through}`)
}

test('acts are in one archive after a stop, a verification and a rebuild', async () => {
  using folder = recordFolder()
  const expected = [
    'attempt ',
    'hold.place token:7',
    'retention.event ',
    'person.role ',
    'person.add ',
    'person.add ',
  ]
  await folder.session(day, async ({ directory, management, retention, audit }) => {
    const password = new Secret('a long enough password')
    const add = async (name: string): ReturnType<typeof directory.add> =>
      await directory.add({
        address: `${name}@chat.example`,
        password,
        role: 'legal',
        by: commandLine,
      })
    const [ann, ben] = [await add('ann'), await add('ben')]
    await directory.setRole(ben.id, 'records', commandLine)
    await retention.note({ event: 'leaver', person: ann.id, at: day }, [ben.id])
    const scope = { persons: [ann.id], conversations: [], query: null, from: null, until: null }
    await actingThrough('token:7', async () => {
      await management.holds.place({ by: ann.id, name: 'M 1', reason: 'a lawsuit', scope })
    })
    audit.attempts.note({
      what: 'sign-in',
      person: null,
      tried: 'ann@chat.example',
      route: 'web',
      code: 'c',
    })
  })
  await folder.session(day + 1, async (storage) => {
    assert.deepEqual(await kindsIn(storage), expected)
    const [ben] = storage.directory.list().filter(({ role }) => role === 'records')
    const wanted = { scope: 'all', by: ben?.id ?? assert.fail() } as const
    const { entries } = await storage.audit.trail.page(wanted, { before: null, limit: 9 })
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['retention.event'],
    )
  })
  assert.equal(await findingIn(folder), 'sound')
  await rebuildRecord(folder.config)
  assert.equal(await findingIn(folder), 'sound')
  await folder.session(day + 2, async (storage) => {
    assert.deepEqual(await kindsIn(storage), expected)
  })
})
