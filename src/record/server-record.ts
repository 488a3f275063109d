import { type NewRecord } from './types.ts'

/**
 * A record of what the server itself did: nobody sent it, no stanza carried it, and it enters no archive. What somebody did otherwise than by
 * a stanza is one with a sender, and with the archive where it is found again.
 */
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
