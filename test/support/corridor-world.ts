// What a world of test/support/kill-corridor.ts knows: what was said, what devices were shown, and what has to be on record.
import assert from 'node:assert/strict'
import { type LogPosition } from '../../src/record/types.ts'
import { fakeAccountStore } from '../fakes/account-store.ts'
import { fakePushStore } from '../fakes/push-store.ts'
import { fakeRoomStore } from '../fakes/room-store.ts'
import { fakeSignIns } from '../fakes/sign-ins.ts'
import { simDisk, type SimDisk } from '../sim/disk.ts'
import { drawsOf } from './draws.ts'
import { recordHome, type RealRecord, type RecordHome } from './real-record.ts'
import { type routerOf } from './scene.ts'
import { fakePeople } from './scene-people.ts'

/** Who there is. */
export const hosts = ['ann', 'bo', 'cy', 'di'] as const
/** Small, so that the log goes through many. */
const segmentBytes = 16 * 1024
const startedAt = 1_790_000_000_000

/** What the runs met. */
export type Met = {
  kills: number
  /** Of them: also the power was cut, and what was not flushed was lost. */
  powerCuts: number
  said: number
  acknowledged: number
  refused: number
  /** What devices were shown, copies too. */
  shown: number
  /** Connections that broke. */
  cuts: number
  /** Times that the disk was full, and slow. */
  full: number
  slow: number
}

/** Something that somebody said, as he knows it. */
export type Said = {
  readonly id: string
  readonly body: string
  readonly from: string
  readonly to: string
  state: 'unknown' | 'acknowledged' | 'refused'
  /** How often it was sent: again after a cut, as clients do. */
  tries: number
}

export type World = {
  readonly seed: number
  readonly draw: (below: number) => number
  readonly met: Met
  readonly wal: SimDisk
  home: RecordHome
  now: number
  readonly people: ReturnType<typeof fakePeople>
  /** What is in no file of the record, kept as a database would. */
  readonly stores: Pick<Parameters<typeof routerOf>[0], 'store' | 'signIns' | 'rooms' | 'pushes'>
  readonly said: Map<string, Said>
  /** What devices were shown: text and id of the archive. */
  readonly shown: Map<string, Set<string>>
  /** Leaf hashes of what was looked at. */
  readonly seen: string[]
  /** Where each text is on record. */
  readonly onRecord: Map<string, LogPosition>
}

export function nothingMet(): Met {
  const none = { kills: 0, powerCuts: 0, said: 0, acknowledged: 0, refused: 0 }
  return { ...none, shown: 0, cuts: 0, full: 0, slow: 0 }
}

export async function newWorld(seed: number, met: Met): Promise<World> {
  const stores = {
    store: fakeAccountStore(),
    signIns: fakeSignIns(),
    rooms: fakeRoomStore(),
    pushes: fakePushStore(),
  }
  return {
    seed,
    draw: drawsOf(seed),
    met,
    wal: simDisk(segmentBytes),
    home: await recordHome(),
    now: startedAt,
    people: fakePeople(hosts),
    stores,
    said: new Map(),
    shown: new Map(),
    seen: [],
    onRecord: new Map(),
  }
}

/** Reads what was put on record since the last look. What was acknowledged or shown is there, once, and under the id with which it was shown. */
export async function lookAtRecord(world: World, { record }: RealRecord): Promise<void> {
  const { seen, onRecord, seed, draw } = world
  const why = `seed ${seed}, kill ${world.met.kills}`
  assert.ok(record.size >= seen.length, `${why}: ${seen.length} records, now ${record.size}`)
  for (let i = Math.min(seen.length, 3); i > 0; i--) {
    const position = draw(seen.length)
    const { leafHash } = await record.read(position)
    assert.equal(leafHash, seen[position], `${why}: record ${position} is another one`)
  }
  for (let position = seen.length; position < record.size; position++) {
    const { envelope, leafHash } = await record.read(position)
    seen.push(leafHash)
    if (envelope.kind !== 'message') continue
    const id = envelope.origin_id ?? 'none'
    assert.ok(!onRecord.has(id), `${why}: ${id} is on record twice`)
    onRecord.set(id, position)
  }
  for (const { id, state, tries } of world.said.values()) {
    if (state === 'acknowledged') assert.ok(onRecord.has(id), `${why}: ${id} was acknowledged`)
    if (state === 'refused' && tries === 1)
      assert.ok(!onRecord.has(id), `${why}: ${id} was refused, and is on record`)
  }
  for (const [id, ids] of world.shown)
    assert.deepEqual(
      [...ids].map((stanzaId) => record.positionOf(stanzaId)),
      [onRecord.get(id)],
      `${why}: ${id} was shown`,
    )
}
