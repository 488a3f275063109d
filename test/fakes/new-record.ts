import { conversationId, personId } from '../../src/record/ids.ts'
import { type ConversationId, type NewRecord, type PersonId } from '../../src/record/types.ts'

/** A person's id that a test can tell apart: `person(1)`. */
export function person(number: number): PersonId {
  return personId(number.toString(16).padStart(32, '0'))
}

/** A conversation's id. */
export function conversation(number: number): ConversationId {
  return conversationId(`c${number.toString(16).padStart(31, '0')}`)
}

/** A message from person 1 to person 2, in both archives, with what the test changes. */
export function newRecord(changes: Partial<NewRecord> = {}): NewRecord {
  const [one, two] = [person(1), person(2)]
  return {
    kind: 'message',
    conversation: conversation(1),
    members: [one, two],
    sender: one,
    device: 'phone',
    to: 'two@example.org',
    views: [
      { owner: one, peer: two, peerDevice: '', incoming: false },
      { owner: two, peer: one, peerDevice: 'phone', incoming: true },
    ],
    messageId: null,
    originId: null,
    refs: null,
    origin: 'native',
    claimedAt: null,
    content: '{"body":"hello"}',
    wire: `<message xmlns='jabber:client'><body>hello</body></message>`,
    files: '',
    verdicts: '',
    ...changes,
  }
}
