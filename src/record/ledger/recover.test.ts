import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { simDisk, type SimDisk } from '../../../test/sim/disk.ts'
import { addRecord, leavesOf, startLog, type RunningLog } from '../../../test/sim/log.ts'
import { LogDamaged } from '../errors.ts'
import { frameBytesMax, readFrame, sealFrame, type Frame } from './frame.ts'
import { type Head } from './ports.ts'
import { growTree } from './tree.ts'

const segmentBytes = 4_096

type Written = {
  readonly disk: SimDisk
  readonly log: RunningLog
  readonly leaves: readonly (string | null)[]
  readonly frames: readonly Frame[]
}

/** A log of batches of one record each; some 7 go into a segment. */
async function written(batches: number, bytes = segmentBytes): Promise<Written> {
  const disk = simDisk(bytes)
  const log = await startLog(disk.open())
  const leaves: (string | null)[] = []
  for (let i = 0; i < batches; i++) {
    while (!log.writer.hasRoom(412)) await new Promise(setImmediate)
    leaves.push(await addRecord(log.writer, i, 300))
  }
  await log.segments.close()
  return { disk, log, leaves, frames: framesOf(disk) }
}

function framesOf(disk: SimDisk): Frame[] {
  const frames: Frame[] = []
  for (const [segment, live] of disk.segments) {
    // A copy: what tests do to the disk is not to change what was read of it.
    const bytes = Buffer.from(live)
    let offset = 0
    for (;;) {
      const frame = readFrame(bytes, { segment, offset })
      if (frame === null) break
      frames.push(frame)
      offset += frame.bytes
    }
  }
  return frames
}

/** The head as it is registered at a size. */
function headAt({ frames, log }: Written, size: number, isClosed = false): Head {
  const frame = frames.find(({ first, count }) => first + count === size)
  assert.ok(frame)
  return {
    size,
    root: frame.root.slice(),
    closedAt: isClosed ? { ...log.segments.place, spareBytes: 0 } : null,
  }
}

function bytesAt(disk: SimDisk, { place, bytes }: Frame): Buffer {
  const segment = disk.segments.get(place.segment)
  assert.ok(segment)
  return segment.subarray(place.offset, place.offset + bytes)
}

async function refuses(disk: SimDisk, head: Head | undefined, why: RegExp): Promise<void> {
  const before = [...disk.segments].map(([, bytes]) => Buffer.from(bytes))
  await assert.rejects(startLog(disk.open(), head ? { head } : {}), (error) => {
    assert.ok(error instanceof LogDamaged, String(error))
    assert.match(error.message, /^log segment \d+, byte \d+: /)
    assert.match(error.message, why)
    return true
  })
  assert.deepEqual([...disk.segments.values()], before, 'a start that refuses changes nothing')
}

test('whatever part of an unflushed batch is kept, the log before it is whole', async () => {
  const whole = await written(4)
  const last = whole.frames.at(-1)
  assert.ok(last)
  const frame = Buffer.from(bytesAt(whole.disk, last))
  const head = headAt(whole, 2)
  for (let kept = 0; kept < frame.length; kept += 3) {
    for (const part of ['first', 'last'] as const) {
      const target = bytesAt(whole.disk, last).fill(0)
      if (part === 'first') frame.copy(target, 0, 0, kept)
      else frame.copy(target, frame.length - kept, frame.length - kept)
      const { recovered, segments } = await startLog(whole.disk.open(), { head })
      await segments.close()
      assert.equal(recovered.size, 3)
      assert.deepEqual(recovered.place, last.place)
      assert.ok(bytesAt(whole.disk, last).every((byte) => byte === 0))
    }
  }
})

test('the log goes on behind the tail that was cut', async () => {
  const { disk, frames, leaves } = await written(3)
  bytesAt(disk, frames[2] ?? assert.fail()).fill(7, 200)
  const log = await startLog(disk.open())
  const leaf = await addRecord(log.writer, 99, 50)
  await log.segments.close()
  assert.deepEqual(await leavesOf(disk.open()), [leaves[0], leaves[1], leaf])
})

test('a flipped byte in any frame but the last is refused', async () => {
  const original = await written(12)
  const spots = fc.record({
    frame: fc.nat(10),
    at: fc.nat(500),
    mask: fc.integer({ min: 1, max: 255 }),
  })
  await fc.assert(
    fc.asyncProperty(spots, async ({ frame, at, mask }) => {
      const target = bytesAt(original.disk, original.frames[frame] ?? assert.fail())
      const index = at % target.length
      target[index] = (target[index] ?? 0) ^ mask
      await refuses(original.disk, undefined, /a good one follows/)
      target[index] = (target[index] ?? 0) ^ mask
    }),
    { numRuns: 60 },
  )
})

test('a bad last frame below the registered size is refused', async () => {
  const all = await written(3)
  const head = headAt(all, 3)
  bytesAt(all.disk, all.frames[2] ?? assert.fail()).fill(7, 200)
  await refuses(all.disk, head, /ends with 2 records, but 3 were signed/)
})

test('a log that was cut below the registered size is refused, without any trace of it', async () => {
  const all = await written(3)
  const head = headAt(all, 3)
  bytesAt(all.disk, all.frames[2] ?? assert.fail()).fill(0)
  await refuses(all.disk, head, /ends with 2 records, but 3 were signed/)
})

test('another root than the registered one is refused', async () => {
  const all = await written(3)
  const head = { ...headAt(all, 2), root: new Uint8Array(32) }
  await refuses(all.disk, head, /not the one that was signed/)
})

test('a size between two batches cannot have been registered', async () => {
  const disk = simDisk(segmentBytes)
  const log = await startLog(disk.open())
  await Promise.all([addRecord(log.writer, 1, 50), addRecord(log.writer, 2, 50)])
  await log.segments.close()
  const head = { size: 1, root: new Uint8Array(32), closedAt: null }
  await refuses(disk, head, /no batch ends at the size that was signed, 1/)
})

test('bytes after a clean stop are refused, wherever they are', async () => {
  const all = await written(3)
  const head = headAt(all, 3, true)
  const { segment, offset } = all.log.segments.place
  for (const [number, at] of [
    [segment, offset],
    [segment, segmentBytes - 1],
    [segment + 1, 77],
  ] as const) {
    const bytes = all.disk.segments.get(number)
    assert.ok(bytes)
    bytes[at] = 1
    await refuses(all.disk, head, /written after the log was closed/)
    bytes[at] = 0
  }
  const { recovered } = await startLog(all.disk.open(), { head })
  assert.equal(recovered.size, 3)
})

test('a log that ends elsewhere than where it was closed is refused', async () => {
  const all = await written(3)
  const head = { ...headAt(all, 3), closedAt: { segment: 1, offset: 99, spareBytes: 0 } }
  await refuses(all.disk, head, /ends elsewhere/)
})

test('bytes farther behind the end than a batch reaches are refused', async () => {
  const all = await written(2, frameBytesMax + 100_000)
  const segment = all.disk.segments.get(1)
  assert.ok(segment)
  segment[frameBytesMax + 50_000] = 1
  await refuses(all.disk, undefined, /more than a batch/)
})

test('torn bytes in two places are refused: batches are written one at a time', async () => {
  const { disk } = await written(2)
  for (const number of [1, 2]) disk.segments.get(number)?.fill(9, 3_000, 3_010)
  await refuses(disk, undefined, /more than a batch/)
})

test('a segment that is missing is refused', async () => {
  const { disk } = await written(20)
  disk.segments.delete(2)
  await refuses(disk, undefined, /the segment is missing/)
})

test('records that are missing at the beginning are refused', async () => {
  const { disk } = await written(20)
  disk.segments.delete(1)
  await refuses(disk, undefined, /records 0 to \d+ are missing/)
})

test('two frames that were swapped are refused', async () => {
  const { disk, frames } = await written(4)
  const [, second = assert.fail(), third = assert.fail()] = frames
  const copy = Buffer.from(bytesAt(disk, second))
  bytesAt(disk, third).copy(bytesAt(disk, second))
  copy.copy(bytesAt(disk, third))
  await refuses(disk, undefined, /does not name the one before it/)
})

test('frames of another segment do not count, so that stale bytes are no records', async () => {
  const { disk, frames } = await written(3)
  const stale = Buffer.from(bytesAt(disk, frames[0] ?? assert.fail()))
  const next = disk.segments.get(2)
  assert.ok(next)
  stale.copy(next)
  const { recovered } = await startLog(disk.open())
  assert.equal(recovered.size, 3)
})

/** Puts a frame with right hashes in the place of the last one, with what a test changes of its head. */
function forgeLast({ disk, frames }: Written, changes: Partial<Frame>): void {
  const last = frames.at(-1) ?? assert.fail()
  const bytes = bytesAt(disk, last)
  const { segment, first, count, epoch } = last
  const { previous, root } = last
  sealFrame(bytes, {
    segment,
    first,
    count,
    epoch,
    previous,
    root,
    ...changes,
  })
}

test('a frame with right hashes and a wrong tree root, index or epoch is refused', async () => {
  const all = await written(3)
  forgeLast(all, { root: new Uint8Array(32) })
  await refuses(all.disk, undefined, /tree root at size 3 is not the tree's/)
  forgeLast(all, { first: 3 })
  await refuses(all.disk, undefined, /begins with record 3, not with 2/)
  forgeLast(all, { epoch: 0 })
  await refuses(all.disk, undefined, /epoch 0 after epoch 1/)
  forgeLast(all, {})
  await startLog(all.disk.open())
})

test('records without a place in the head register are refused', async () => {
  const { disk } = await written(1)
  const { recover } = await import('./recover.ts')
  const { silentLog } = await import('../../base/log.ts')
  const integrated = { durable: 0, frontier: growTree().save() }
  await assert.rejects(recover(disk.open(), { integrated, head: null }, silentLog), LogDamaged)
})

test('a start behind the durable position reads the tail alone, and finds the same tree', async () => {
  const all = await written(20)
  const tree = growTree()
  for (const leaf of all.leaves.slice(0, 9)) tree.append(Buffer.from(leaf ?? '', 'hex'))
  const integrated = { durable: 9, frontier: tree.save() }
  const { disk } = all
  all.log.segments.drop(9)
  await all.log.segments.close()
  assert.ok(!disk.segments.has(1))
  const { recovered } = await startLog(disk.open(), { integrated, head: headAt(all, 9) })
  assert.equal(recovered.size, 20)
  assert.equal(recovered.tree.root().toHex(), all.frames.at(-1)?.root.toHex())
})

test('a log that ends before the archive does is refused', async () => {
  const all = await written(3)
  const tree = growTree()
  for (const leaf of all.leaves) tree.append(Buffer.from(leaf ?? '', 'hex'))
  tree.append(new Uint8Array(32))
  const integrated = { durable: 4, frontier: tree.save() }
  await assert.rejects(
    startLog(all.disk.open(), { integrated }),
    /3 records, but 4 are in the archive/,
  )
})

test('each start has an epoch of its own', async () => {
  const { disk } = await written(1)
  const second = await startLog(disk.open())
  await addRecord(second.writer, 5, 50)
  const third = await startLog(disk.open())
  assert.deepEqual([second.writer.epoch, third.writer.epoch], [2, 3])
})
