import { conversationId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type NewRecord, type PersonId } from '../record/types.ts'

/** What is done to devices is one conversation, so that none can be left out unseen. */
const devicesConversation = conversationId(`${'0'.repeat(30)}d5`)

/** That a device was turned out, by somebody else than its person. @param by null: the machine's command line */
export function deviceRecord(
  what: { readonly person: PersonId; readonly device: string },
  by: PersonId | null,
): NewRecord {
  return serverRecord({
    kind: 'device.revoke',
    conversation: devicesConversation,
    members: [what.person],
    content: JSON.stringify({ v: 1, by: by ?? 'command line', ...what }),
    sender: by,
  })
}
