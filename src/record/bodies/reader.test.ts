import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { RecordUnreadable } from '../errors.ts'
import { envelopeJson } from '../ledger/envelope.ts'
import { type LogPosition } from '../types.ts'
import { type Checked, type RecordOpener } from './ports.ts'
import { bodyReader } from './reader.ts'

test('what an opener has checked is what is read', async () => {
  const { opener } = noting()
  const opened = await bodyReader({ opener, keys: { epoch: 1 }, cacheBytes: 0 }).read(1)
  assert.deepEqual([opened.position, opened.content, opened.wire], [1, 'text 1', '<m>text 1</m>'])
  const { kind, conv, stanza_id: id, t_server: at } = opened.envelope
  assert.deepEqual([kind, conv, id, at], ['message', newRecord().conversation, 'id-1', 1_001])
  assert.deepEqual([opened.stanzaId, opened.at], ['id-1', 1_001])
  const leaf = Buffer.concat([Buffer.alloc(1), Buffer.alloc(112, 0xe1)])
  assert.equal(opened.leafHash, toHex(sha256(leaf)))
})

test('what was read is kept, up to a bound', async () => {
  const { opener, asked } = noting()
  const kept = bodyReader({ opener, keys: { epoch: 1 }, cacheBytes: 1_000_000 })
  const [first] = await kept.readSome([0, 1])
  assert.equal(await kept.read(0), first)
  assert.deepEqual(await positionsOf(kept.readSome([2, 1, 0])), [2, 1, 0])
  assert.deepEqual(asked, [[0, 1], [2]])
  const forgetful = bodyReader({ opener, keys: { epoch: 1 }, cacheBytes: 0 })
  await forgetful.readSome([0, 1])
  await forgetful.readSome([0, 1])
  assert.deepEqual(asked.slice(2), [
    [0, 1],
    [0, 1],
  ])
})

test('nothing that was opened before keys were destroyed is shown again', async () => {
  const { opener, asked } = noting()
  const keys = { epoch: 1 }
  const reader = bodyReader({ opener, keys, cacheBytes: 1_000_000 })
  await reader.readSome([0, 1])
  const reading = reader.read(2)
  keys.epoch = 2
  await reading
  await reader.readSome([0, 1, 2])
  assert.deepEqual(asked, [[0, 1], [2], [0, 1, 2]])
  await reader.readSome([0, 1, 2])
  assert.equal(asked.length, 3)
})

test('what is read ends before the first that was not opened, also where a later one is kept', async () => {
  const { opener } = noting()
  const reader = bodyReader({ opener, keys: { epoch: 1 }, cacheBytes: 1_000_000 })
  await reader.readSome([1, 5])
  // The opener opens three at a time.
  assert.deepEqual(await positionsOf(reader.readSome([0, 1, 2, 3, 4, 5])), [0, 1, 2, 3])
  assert.deepEqual(await positionsOf(reader.readSome([4, 5, 6])), [4, 5, 6])
  assert.deepEqual(await positionsOf(reader.readSome([])), [])
})

test('what cannot be opened is not read, and nothing is kept of it', async () => {
  const { opener, asked } = noting()
  const reader = bodyReader({ opener, keys: { epoch: 1 }, cacheBytes: 1_000_000 })
  await assert.rejects(reader.readSome([8, 9]), RecordUnreadable)
  await assert.rejects(reader.read(9), /record 9 cannot be read: it is the ninth/)
  assert.deepEqual(asked, [[8, 9], [9]])
})

/** Opens anything but the ninth, three at a time. */
function noting(): { readonly opener: RecordOpener; readonly asked: LogPosition[][] } {
  const asked: LogPosition[][] = []
  const opener: RecordOpener = {
    async open(positions) {
      asked.push([...positions])
      if (positions.includes(9)) throw new RecordUnreadable(9, 'it is the ninth')
      return positions.slice(0, 3).map(checkedOf)
    },
  }
  return { opener, asked }
}

function checkedOf(position: LogPosition): Checked {
  const text = `text ${position}`
  const stanzaId = `id-${position}`
  const classified = { class: 'default', policy: 'builtin:default' }
  const at = 1_000 + position
  const numbers = { convSeq: 0, convPrev: null, senderSeq: 0, at, stanzaId, ...classified }
  return {
    position,
    stanzaId,
    entry: String.fromCharCode(0xe0 + position).repeat(112),
    envelope: envelopeJson(newRecord({ content: text }), numbers),
    content: text,
    wire: `<m>${text}</m>`,
    files: '',
  }
}

async function positionsOf(
  reading: Promise<readonly { readonly position: number }[]>,
): Promise<number[]> {
  return (await reading).map(({ position }) => position)
}
