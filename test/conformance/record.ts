import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Record } from '../../src/record/ports.ts'
import { conversation, newRecord, person } from '../fakes/new-record.ts'
import { readAll } from '../support/read-all.ts'

/** A record and how a test is done with it. */
export type OpenedForTest = { readonly record: Record; readonly done: () => Promise<void> }

/** What every Record promises to the rest of the server. Each one runs it; a new promise is added here. */
export function recordConformance(name: string, open: () => Promise<OpenedForTest>): void {
  const given: Given = (what, check) => {
    test(`${name}: ${what}`, async (t) => {
      const { record, done } = await open()
      t.after(done)
      await check(record)
    })
  }
  appends(given)
  rows(given)
  lookUps(given)
}

type Given = (what: string, check: (record: Record) => Promise<void>) => void

const [one, two] = [person(1), person(2)]

function appends(given: Given): void {
  given('append() gives positions without gaps, and resolves in their order', async (record) => {
    const first = record.size
    const order: number[] = []
    const calls = Array.from({ length: 20 }, async (_, index) => {
      const { position } = await record.append(newRecord({ conversation: conversation(index % 3) }))
      order.push(position)
      return position
    })
    const positions = await Promise.all(calls)
    assert.deepEqual(
      positions,
      positions.map((_, index) => first + index),
    )
    assert.deepEqual(order, positions)
    assert.equal(record.size, first + 20)
  })

  given('what was appended is read back, with its leaf hash and numbers', async (record) => {
    const earlier = await record.append(newRecord())
    const refs = { position: earlier.position, leafHash: earlier.leafHash }
    const named = { messageId: 'm2', originId: 'o2', files: '[{"v":1}]' }
    const entry = newRecord({ kind: 'correction', refs, ...named })
    const appended = await record.append(entry)
    await record.integrated(record.size)

    const opened = await record.read(appended.position)

    assert.equal(opened.checked, true)
    assert.equal(opened.position, appended.position)
    assert.equal(opened.leafHash, appended.leafHash)
    assert.equal(opened.content, entry.content)
    assert.equal(opened.wire, entry.wire)
    assert.equal(opened.files, entry.files)
    assert.equal(opened.envelope.kind, 'correction')
    assert.equal(opened.envelope.conv, entry.conversation)
    assert.equal(opened.envelope.sender, one)
    assert.equal(opened.envelope.t_server, appended.at)
    assert.equal(opened.envelope.stanza_id, appended.stanzaId)
    assert.equal(opened.envelope.message_id, 'm2')
    assert.equal(opened.envelope.origin_id, 'o2')
    assert.deepEqual(opened.envelope.refs, refs)
    assert.deepEqual(opened.envelope.views, entry.views)
  })

  given('the first of many are read, in the order that was asked for', async (record) => {
    const wires = ['one', 'two', 'three', 'four', 'five']
    const appended = await Promise.all(
      wires.map(async (wire) => await record.append(newRecord({ wire }))),
    )
    await record.integrated(record.size)
    const positions = appended.map(({ position }) => position).toReversed()
    const some = await record.readSome(positions)
    assert.ok(some.length > 0)
    const opened = await readAll(record, positions)
    assert.deepEqual(opened.slice(0, some.length), some)
    assert.deepEqual(
      opened.map(({ wire }) => wire),
      wires.toReversed(),
    )
    assert.deepEqual(await record.readSome([]), [])
  })

  given('stanza ids lead back to their position, and nothing else does', async (record) => {
    const { position, stanzaId } = await record.append(newRecord())
    assert.equal(record.stanzaId(position), stanzaId)
    assert.equal(record.positionOf(stanzaId), position)
    assert.equal(record.positionOf('never given out'), null)
    assert.equal(record.positionOf(''), null)
  })
}

function rows(given: Given): void {
  given('each archive has the rows of its views, in order', async (record) => {
    const { position: first } = await record.append(newRecord())
    await record.append(newRecord({ views: [] }))
    const { position: third } = await record.append(newRecord())
    await record.integrated(record.size)
    const query = { owner: two, after: first - 1, limit: 10 }

    const found = record.mailbox.rows({ ...query, newestFirst: false })
    const newest = record.mailbox.rows({ ...query, newestFirst: true, limit: 1 })

    assert.deepEqual(
      found.map(({ position, incoming, kind }) => ({ position, incoming, kind })),
      [first, third].map((position) => ({ position, incoming: true, kind: 'message' })),
    )
    assert.deepEqual(
      newest.map(({ position }) => position),
      [third],
    )
    assert.deepEqual(record.mailbox.rows({ owner: person(9), limit: 10, newestFirst: false }), [])
  })

  given('rows are filtered by peer, device, direction, time and position', async (record) => {
    const { position, at } = await record.append(newRecord())
    await record.integrated(record.size)
    const all = { owner: two, limit: 10, newestFirst: false, positions: [position] }
    const has = (filter: object): boolean => record.mailbox.rows({ ...all, ...filter }).length === 1

    assert.ok(has({ peer: one, peerDevice: 'phone', incomingOnly: true, from: at, until: at }))
    assert.ok(!has({ peer: person(9) }))
    assert.ok(!has({ peer: null }))
    assert.ok(!has({ peer: one, peerDevice: 'desk' }))
    assert.ok(!has({ from: at + 1 }))
    assert.ok(!has({ until: at - 1 }))
    assert.ok(!has({ after: position }))
    assert.ok(!has({ before: position }))
    assert.ok(!has({ owner: one, incomingOnly: true }))
  })
}

function lookUps(given: Given): void {
  given('a retraction marks the rows of its target', async (record) => {
    const { position, leafHash } = await record.append(newRecord())
    const retraction = await record.append(
      newRecord({ kind: 'retraction', refs: { position, leafHash } }),
    )
    await record.integrated(record.size)
    for (const owner of [one, two]) {
      const [row] = record.mailbox.rows({
        owner,
        positions: [position],
        limit: 1,
        newestFirst: false,
      })
      assert.equal(row?.retractedBy, retraction.position)
    }
  })

  given('a message is found by its sender and either id, the newest first', async (record) => {
    await record.append(newRecord({ messageId: 'm1' }))
    const again = await record.append(newRecord({ messageId: 'm1', originId: 'o1' }))
    await record.integrated(record.size)
    const where = newRecord().conversation
    assert.equal(record.mailbox.findMessage(where, one, 'm1'), again.position)
    assert.equal(record.mailbox.findMessage(where, one, 'o1'), again.position)
    assert.equal(record.mailbox.findMessage(where, two, 'm1'), null)
    assert.equal(record.mailbox.findMessage(conversation(9), one, 'm1'), null)
  })

  given('count() knows nothing of limit and paging', async (record) => {
    const owner = person(7)
    const views = [{ owner, peer: one, peerDevice: '', incoming: true }]
    for (const _ of [1, 2, 3]) await record.append(newRecord({ views }))
    await record.integrated(record.size)
    const query = { owner, limit: 1, newestFirst: false }
    assert.equal(record.mailbox.count({ ...query, after: record.size - 2 }), 3)
    assert.equal(record.mailbox.count({ ...query, peer: null }), 0)
  })
}
