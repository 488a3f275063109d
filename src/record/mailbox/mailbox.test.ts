import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../ids.ts'
import { mailboxOver } from './mailbox.ts'
import { type Names } from './names.ts'
import { type MailboxIndex, type RowQuery } from './ports.ts'

const owner = personId('a'.repeat(32))
const names: Names = {
  person: (id) => id,
  conversation: (id) => id,
  device: (_, device) => device,
  messageId: (_, id) => id,
}

const none = (): null => null

/** Rows at these positions, and which of them were looked at for counts. */
function indexOf(positions: readonly number[]): { index: MailboxIndex; counted: number[] } {
  const counted: number[] = []
  const found = ({ after = -1, before = Infinity }: RowQuery): number[] =>
    positions.filter((position) => position > after && position < before)
  const index: MailboxIndex = {
    rows: (query) =>
      found(query)
        .slice(-query.limit)
        .map((position) => ({
          position,
          at: 0,
          incoming: true,
          kind: 'message',
          retractedBy: null,
        })),
    count(query, countMax) {
      counted.push(...found(query))
      return Math.min(found(query).length, countMax)
    },
    statements: () => [],
    newestWithId: none,
    places: () => new Map(),
    conversation: none,
    inBucket: none,
    nextSenderSeq: () => 0,
    isHandleTaken: () => false,
    lastAt: () => 0,
    close() {},
  }
  return { index, counted }
}

test('a count goes on from the one before it, and looks at no row twice', () => {
  const positions = [2, 5]
  const { index, counted } = indexOf(positions)
  const mailbox = mailboxOver(index, names)
  const count = (): number | null =>
    mailbox.count({ owner, after: 4, limit: 9, newestFirst: false })
  assert.equal(count(), 2)
  assert.equal(count(), 2)
  positions.push(9)
  assert.equal(count(), 3)
  assert.deepEqual(counted, [2, 5, 9])
})

test('what has gone is counted no more once it is told', () => {
  const positions = [2, 5, 9]
  const { index } = indexOf(positions)
  const mailbox = mailboxOver(index, names)
  const count = (): number | null => mailbox.count({ owner, limit: 9, newestFirst: false })
  assert.equal(count(), 3)
  positions.splice(0, 2)
  mailbox.forget()
  assert.equal(count(), 1)
})

test('more than 10,000 rows are not counted', () => {
  const positions = Array.from({ length: 10_001 }, (_, i) => i)
  const { index, counted } = indexOf(positions)
  const mailbox = mailboxOver(index, names)
  const query = { owner, limit: 9, newestFirst: false }
  assert.equal(mailbox.count(query), null)
  positions.push(20_000)
  assert.equal(mailbox.count(query), null)
  assert.equal(counted.length, 10_001)
})
