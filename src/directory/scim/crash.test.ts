// A kill in the middle of what a provisioning service does: the act is on record, and the next start applies it; what was asked for again is done once.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { stopAt } from '../../../test/support/stop-at.ts'
import { type Directory, type PersonId } from '../ports.ts'
import { provisionedGroups } from './groups.ts'
import { provisionedPeople, type ProvisionedPeople } from './people.ts'

const domain = 'example.org'
const said = { userName: 'ann', externalId: 'a-1', profile: { name: 'Ann' } }

const peopleOf = (directory: Directory): ProvisionedPeople =>
  provisionedPeople({ directory, domain })

const addAnn = async (on: Directory): Promise<unknown> => await peopleOf(on).add(said)

function stateOf(directory: Directory): unknown {
  const person = directory.find('ann@example.org')
  const details = person && directory.detailsOf(person.id)
  return details && [details.state, details.source?.id, details.source?.gone]
}

type Killed = {
  readonly scene: DirectoryScene
  /** Null: it was done before the kill would have come. */
  readonly again: Directory | null
  /** Acts on record since it was prepared. */
  readonly written: number
}

type Change = {
  readonly prepare: (on: Directory) => Promise<unknown>
  readonly run: (on: Directory) => Promise<unknown>
}

async function killedAt(
  t: TestContext,
  at: { readonly call: number; readonly when: 'before' | 'after' },
  { prepare, run }: Change,
): Promise<Killed> {
  const scene = await directoryScene(t)
  await prepare(scene.directory)
  const { size } = scene.record
  const stop = stopAt(at.call, at.when)
  const state = stop.state(scene.state)
  const running = await scene.openOn({ state, record: stop.record(scene.record) })
  const outcome = await Promise.race([run(running).then(() => 'done'), stop.stopped])
  const again = outcome === 'done' ? null : await scene.reopen()
  return { scene, again, written: scene.record.size - size }
}

const nothing = async (): Promise<void> => await Promise.resolve()

const changes: Readonly<
  Record<
    string,
    Change & {
      /** What a start finds, by how many acts of it are on record. */
      readonly between: readonly unknown[]
      readonly after: unknown
    }
  >
> = {
  'adding somebody': {
    prepare: nothing,
    run: async (on) => {
      const people = peopleOf(on)
      // As a service does that has heard nothing: it looks, and adds where there is nobody.
      if (people.find('ann') === null) await people.add(said)
    },
    between: [null, ['active', 'a-1', undefined]],
    after: ['active', 'a-1', undefined],
  },
  'suspending somebody': {
    prepare: addAnn,
    run: async (on) => {
      const people = peopleOf(on)
      await people.change(idOf(on), { active: false, profile: {} })
    },
    between: [
      ['active', 'a-1', undefined],
      ['suspended', 'a-1', undefined],
    ],
    after: ['suspended', 'a-1', undefined],
  },
  'taking somebody away': {
    prepare: addAnn,
    run: async (on) => {
      const people = peopleOf(on)
      if (people.get(idOf(on)) !== null) await people.end(idOf(on))
    },
    between: [
      ['active', 'a-1', undefined],
      ['suspended', 'a-1', undefined],
      ['suspended', 'a-1', true],
    ],
    after: ['suspended', 'a-1', true],
  },
}

function idOf(directory: Directory): PersonId {
  return (directory.find('ann@example.org') ?? assert.fail()).id
}

for (const [what, { prepare, run, between, after }] of Object.entries(changes))
  test(`${what}: whatever write we are killed before or after, it is whole when it is asked for again`, async (t) => {
    const seen = new Set<number>()
    for (let call = 1; ; call++) {
      for (const when of ['before', 'after'] as const) {
        const { again, written } = await killedAt(t, { call, when }, { prepare, run })
        if (again === null) {
          assert.ok(call > 2 && seen.size > 1, 'each write was tried')
          return
        }
        seen.add(written)
        assert.deepEqual(stateOf(again), between[written], `${when} ${call}`)
        await run(again)
        assert.deepEqual(stateOf(again), after, `${when} ${call}`)
      }
    }
  })

test('a group with members: whatever write we are killed before or after, the next start has what is on record, dated', async (t) => {
  for (let call = 1; ; call++)
    for (const when of ['before', 'after'] as const) {
      const { scene, again } = await killedAt(
        t,
        { call, when },
        { prepare: addAnn, run: pushGroup },
      )
      if (again === null) {
        assert.ok(call > 3)
        return
      }
      const written = scene.record.entries.filter(({ kind }) => kind.startsWith('group.'))
      const isIn = written.length === 2 ? ['desk'] : []
      assert.deepEqual(again.groupsOf(idOf(again)), isIn)
      const now = { position: scene.record.size - 1 }
      assert.deepEqual(await again.groups.groupsAt(idOf(again), now), isIn)
      await pushGroup(again)
      assert.deepEqual(again.groupsOf(idOf(again)), ['desk'])
      assert.equal(again.groups.list().length, 1)
    }
})

async function pushGroup(on: Directory): Promise<void> {
  const groups = provisionedGroups({ directory: on, newId: () => 'a'.repeat(32) })
  const members = { persons: [idOf(on)], groups: [] }
  const [there] = groups.list()
  if (there === undefined) await groups.add({ name: 'Desk', members })
  else await groups.change(there.id, { name: 'Desk', members })
}
