// Disposal, erasure, holds, vault epochs, new signing keys and rebuilding, carried on while a seed kills the process again and again.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { isOver, type Run } from '../../src/record/disposal/runs.ts'
import { RecordUnreadable } from '../../src/record/errors.ts'
import { createKeyKeeping } from '../../src/record/keys/keeping.ts'
import { factsOf } from '../../src/record/holds/facts.ts'
import { holdersOf } from '../../src/record/holds/holders.ts'
import { type RecordFacts } from '../../src/record/holds/ports.ts'
import { conversation, newRecord, person } from '../fakes/new-record.ts'
import {
  lea,
  lou,
  matching,
  newDisk,
  nothing,
  start,
  type Disk,
  type Running,
} from './disposal-scene.ts'
import { drawsOf } from './draws.ts'
import { findingAt, rebuildUntilKilled } from './kill-rebuild.ts'
import { mortal, type Mortal } from './mortal.ts'
import { copyOf } from './power.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 12)
const march = Date.UTC(2027, 2, 5)
const people = 4
const killsMax = 3
/** Of one that is begun. It takes some hundred turns of the event loop. */
const rebuildKillsMax = 2
const rebuildTurnsMax = 400
/** A kill comes within so many calls that change something: a start takes some 10, a run some 40. */
const callsMax = 90
const said = { by: lea, name: 'a matter', reason: 'a claim' }

/** A message that may go: what it is, and the bucket it was put into. */
type Said = { readonly facts: RecordFacts; readonly bucket: number }

/** What the worlds went through. */
export type Done = {
  kills: number
  /** Kills of a process that makes rows and tiles again. */
  rebuildKills: number
  rebuilds: number
  rotations: number
  turns: number
  certificates: number
}

export function nothingDone(): Done {
  return { kills: 0, rebuildKills: 0, rebuilds: 0, rotations: 0, turns: 0, certificates: 0 }
}

/**
 * A world in which much is due, killed three times, and when it is rebuilt, and then left alone.
 *
 * @throws {AssertionError} that names the seed
 */
export async function killDisposals(seed: number, done: Done): Promise<void> {
  // Timers of a record keep no process alive, and there is nothing else here.
  const awake = setInterval(() => undefined, 1_000)
  try {
    await killAndLook(seed, done)
  } finally {
    clearInterval(awake)
  }
}

async function killAndLook(seed: number, done: Done): Promise<void> {
  const draw = drawsOf(seed)
  const clock = { at: november }
  let disk = await newDisk()
  const all = await talk(disk, clock)
  let readable: ReadonlySet<number> = new Set(all.map(({ facts }) => facts.position))
  let kills = 0
  while (kills < killsMax) {
    disk = await rebuildNow(disk, draw, done)
    const left: { disk: Disk | null } = { disk: null }
    const keeps = draw(2) === 0 ? 'nothing' : 'all'
    const life = mortal({ call: draw(callsMax), keeps }, () => {
      left.disk = snapshotOf(disk)
    })
    // What waits for something that the dead would have done waits for ever.
    const running = await Promise.race([started(disk, clock, life), life.death])
    if (running) {
      const living = live(running, draw, life).catch((error: unknown) => {
        if (!life.isDead) throw error
      })
      await Promise.race([living, life.death])
      if (!life.isDead) readable = await readableIn(running, all, { readable, seed })
    }
    if (running) await end(running, life)
    if (life.isDead) kills++
    disk = left.disk ?? disk
  }
  await lookAtTheEnd({ disk, clock, all, readable, seed }, done)
  done.kills += kills
}

/** Now and again rows and tiles are made again, whatever the last process has left, until that is done. */
async function rebuildNow(disk: Disk, draw: (below: number) => number, done: Done): Promise<Disk> {
  if (draw(4) > 0) return disk
  let its = disk
  for (let kills = 0; ; kills++) {
    const turns = kills < rebuildKillsMax ? draw(rebuildTurnsMax) : Infinity
    const left = await rebuildUntilKilled(its.home, turns)
    if (left === null) {
      done.rebuilds++
      return its
    }
    done.rebuildKills++
    its.home.remove()
    its = inFolder(its, left)
  }
}

/** In November and December; then it is March. */
async function talk(disk: Disk, clock: { at: number }): Promise<readonly Said[]> {
  const running = await start(disk, clock)
  const all: Said[] = []
  for (const [month, at] of [november, december].entries()) {
    clock.at = at
    running.record.confirmClock()
    await running.keys.ensureBuckets(at)
    for (let i = 0; i < people * 3; i++) {
      const n = 1 + (i % people)
      const { position } = await running.record.append(messageOf(n, `${month} ${i}`))
      const { number: bucket } = await running.keys.bucketAt('default', at)
      all.push({ facts: factsOf(await running.record.read(position)), bucket })
    }
  }
  clock.at = march
  running.record.confirmClock()
  await running.record.append(messageOf(1, 'march'))
  await running.stop()
  return all
}

function messageOf(n: number, text: string): ReturnType<typeof newRecord> {
  return newRecord({
    conversation: conversation(n),
    sender: person(n),
    messageId: text,
    content: text,
    views: [{ owner: person(n), peer: person(9), peerDevice: '', incoming: false }],
  })
}

/** Everything that may happen, beside what is carried out. */
async function live(
  running: Running,
  draw: (below: number) => number,
  life: Mortal,
): Promise<void> {
  const { disposals } = running
  disposals.resume()
  for (let acts = 0; acts < 12 && !life.isDead; acts++) {
    await act(running, draw)
    for (let turns = draw(30); turns > 0; turns--) await new Promise(setImmediate)
  }
  await disposals.idle()
}

async function act(running: Running, draw: (below: number) => number): Promise<unknown> {
  const { disposals, holds, record, keys } = running
  const scope = { ...nothing, persons: [person(1 + draw(people))] }
  const standing = holds.list().filter(({ released }) => released === null)
  const allOpen = disposals.list().filter((run) => !isOver(run))
  const open = allOpen[draw(Math.max(1, allOpen.length))]
  switch (draw(10)) {
    case 0:
      return await holds.place({ ...said, scope })
    case 1: {
      const hold = standing[draw(Math.max(1, standing.length))]
      return hold && (await holds.release({ by: lea, hold: hold.id, reason: 'settled' }))
    }
    case 2:
    case 3: {
      const buckets = disposals.due().map(({ bucket }) => bucket.number)
      return buckets.length > 0 && (await disposals.propose({ by: lea, buckets }))
    }
    case 4:
    case 5:
      return (
        open &&
        !open.approvals.some(({ by }) => by === lou) &&
        (await decide(disposals, open, true))
      )
    case 6:
      return draw(4) === 0 ? await refuse(disposals, open) : null
    case 7:
      if (draw(3) > 0) return await record.append(messageOf(1 + draw(people), 'march, too'))
      return await disposals
        .order({ by: lea, why: 'a decision', scope: { ...scope, query: '1 ' } })
        .catch(refusal)
    case 8:
      return draw(3) === 0 && (await rotate(running))
    default:
      return draw(3) === 0 ? await keys.turn([]) : await record.append(messageOf(1, 'march'))
  }
}

/** New signing keys, which sign all heads that there are. */
async function rotate({ record, keys, source }: Running): Promise<unknown> {
  const history = async (): Promise<Uint8Array> =>
    (await source.read('log/checkpoints')) ?? new Uint8Array(0)
  const parts = { record, keys, history, clock: { now: () => march } }
  return await createKeyKeeping(parts).changeSigners(null)
}

async function decide(
  disposals: Running['disposals'],
  { id: run, digest: proposal }: Run,
  approves: boolean,
): Promise<unknown> {
  return await disposals.approve({ by: lou, run, approves, proposal, reason: '' })
}

async function refuse(disposals: Running['disposals'], run: Run | undefined): Promise<unknown> {
  return run && (await decide(disposals, run, false).catch(refusal))
}

/** Too late, none that fits, in another run: whatever is refused has changed nothing. */
function refusal(error: unknown): null {
  if (error instanceof Error && 'code' in error) return null
  throw error
}

/** What can be opened. Nothing that could not before can now. */
async function readableIn(
  { record }: Running,
  all: readonly Said[],
  { readable, seed }: { readonly readable: ReadonlySet<number>; readonly seed: number },
): Promise<ReadonlySet<number>> {
  const now = new Set<number>()
  for (const { facts } of all) {
    try {
      await record.read(facts.position)
      now.add(facts.position)
      assert.ok(readable.has(facts.position), `seed ${seed}: record ${facts.position} is back`)
    } catch (error) {
      if (!(error instanceof RecordUnreadable) || !error.isGone) throw error
    }
  }
  return now
}

type End = {
  readonly disk: Disk
  readonly clock: { at: number }
  readonly all: readonly Said[]
  readonly readable: ReadonlySet<number>
  readonly seed: number
}

/** Left alone, what was committed is finished, and what is there is what the record says is to be there. */
async function lookAtTheEnd({ disk, clock, all, readable, seed }: End, done: Done): Promise<void> {
  const running = await start(disk, clock)
  running.disposals.resume()
  await running.disposals.idle()
  const now = await readableIn(running, all, { readable, seed })
  const expected = all.filter((one) => !isGone(one, running)).map(({ facts }) => facts.position)
  assert.deepEqual([...now], expected, `seed ${seed}`)
  for (const run of running.disposals.list()) {
    const isBegun = [...run.buckets.values()].some(({ commit }) => commit !== null)
    assert.ok(!isBegun || isOver(run), `seed ${seed}: run ${run.id} is not over`)
  }
  done.turns += running.keys.epoch - 1
  done.rotations += running.keys.log.past.length
  done.certificates += running.disposals
    .list()
    .flatMap(({ buckets }) => [...buckets.values()])
    .filter(({ certificate }) => certificate !== null).length
  const { position } = await running.record.append(messageOf(1, 'april'))
  assert.equal((await running.record.read(position)).content, 'april')
  assert.deepEqual(running.fatal, [], `seed ${seed}`)
  await running.stop()
  assert.equal(await findingAt(disk.home, disk.wal.open()), 'sound', `seed ${seed}`)
  disk.home.remove()
}

/** Whether a run took it: a commit is on record that it was in, and no hold had it there. */
function isGone({ facts, bucket }: Said, { book }: Running): boolean {
  return book.runs.list().some(({ positions, buckets }) => {
    const commit = buckets.get(bucket)?.commit
    if (!commit || (positions && !positions.includes(facts.position))) return false
    return holdersOf(facts, book.holds.inForce(commit.position), matching).length === 0
  })
}

/** What lies outside of the folder is in memory, and nothing of the dead reaches it. */
function snapshotOf(disk: Disk): Disk {
  return inFolder(disk, copyOf(disk.home.dir))
}

function inFolder(disk: Disk, dir: string): Disk {
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  return { ...disk, home: { ...disk.home, dir, remove } }
}

async function started(disk: Disk, clock: { at: number }, life: Mortal): Promise<Running | null> {
  try {
    return await start(disk, clock, { life, failed: () => undefined })
  } catch (error) {
    if (life.isDead) return null
    throw error
  }
}

/** Of the dead only files are closed, whenever that may be. */
async function end(running: Running, life: Mortal): Promise<void> {
  if (!life.isDead)
    await running.stop().catch((error: unknown) => {
      // It may be killed while it stops.
      if (!life.isDead) throw error
    })
  if (!life.isDead) return
  const closed = async (): Promise<void> => {
    await running.disposals.close()
    await running.abandon()
  }
  closed().catch(() => undefined)
}
