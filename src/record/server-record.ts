import { type NewRecord } from './types.ts'

/** A record of what the server itself did: nobody sent it, no stanza carried it, and it enters no archive. */
export function serverRecord(
  what: Pick<NewRecord, 'kind' | 'conversation' | 'members' | 'content'>,
): NewRecord {
  return {
    ...what,
    sender: null,
    device: '',
    to: '',
    views: [],
    messageId: null,
    originId: null,
    origin: 'native',
    refs: null,
    claimedAt: null,
    wire: '',
    files: '',
    verdicts: '',
  }
}
