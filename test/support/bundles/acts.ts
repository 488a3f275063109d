// What was done with the records of an export: held, searched, read, exported before.
import { readRecord, searchRecord } from '../../../src/discovery/acts.ts'
import { recordOfAct } from '../../../src/record/disposal/events.ts'
import { type Scope } from '../../../src/record/holds/scope.ts'
import { type BundleCase } from './case.ts'
import { actOn, bundleOf, emptyScene, policyOf, type Files, type Scene } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'
import { pairOf } from '../sealed-batches.ts'

export async function actCases(): Promise<BundleCase[]> {
  const { scene, files } = await exportedWithActs()
  return [
    {
      name: 'acts about the records of a conversation are shown with it',
      zip: zipOf(membersOf(files)),
      policy: policyOf(scene.keys),
      exit: 0,
      code: '',
    },
  ]
}

export type WithActs = {
  readonly scene: Scene
  readonly files: Files
  /** Positions of acts that are about the conversation of the first two, and of such that are not. */
  readonly about: readonly number[]
  readonly others: readonly number[]
}

/** The conversation of the first two is exported, and things were done with it and with that of the other two. */
export async function exportedWithActs(): Promise<WithActs> {
  const scene = await emptyScene('acts')
  const { log, people } = scene
  const [ann, bo, cy] = people
  const one = await scene.say(0, 1, 'one')
  const other = await scene.say(1, 2, 'other')
  const access = {
    person: ann,
    through: null,
    purpose: 'a claim',
    matter: null,
    permission: 'content.search',
    within: null,
  } as const
  const request = { query: 'one', order: 'newest', limit: 10, after: null, size: null } as const
  const nobody = { persons: [], conversations: [], query: null, from: null, until: null }
  const hold = async (scope: Partial<Scope>): Promise<number> => {
    const said = { by: ann, name: 'a matter', reason: 'a claim', scope: { ...nobody, ...scope } }
    return await log.add(recordOfAct({ kind: 'hold.place', ...said }))
  }
  const search = await log.add(searchRecord(access, request, { size: 2, root: '' }))
  const read = await log.add(readRecord(access, [one, other], search))
  const idle = await log.add(searchRecord(access, request, { size: 2, root: '' }))
  const readOther = await log.add(readRecord(access, [other], null))
  const held = await hold({ persons: [ann] })
  const heldOther = await hold({ persons: [cy] })
  const said = { by: bo, reason: 'it is over', needs: 1 }
  const released = await log.add(recordOfAct({ kind: 'hold.release', hold: held, ...said }))
  const releasedOther = await log.add(
    recordOfAct({ kind: 'hold.release', hold: heldOther, ...said }),
  )
  const exported = await actOn(scene, { conversations: [pairOf(ann, bo)] })
  const exportedOther = await actOn(scene, { conversations: [pairOf(bo, cy)] })
  await scene.say(0, 1, 'two')
  const files = await bundleOf(scene, await actOn(scene, { conversations: [pairOf(ann, bo)] }))
  const about = [search, read, held, released, exported]
  return { scene, files, about, others: [idle, readOther, heldOther, releasedOther, exportedOther] }
}
