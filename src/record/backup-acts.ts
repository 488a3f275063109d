import { conversationId } from './ids.ts'
import { serverRecord } from './server-record.ts'
import { type NewRecord } from './types.ts'

/** All that is said of backups is one conversation, so that none can be left out unseen. */
const backupsConversation = conversationId(`${'0'.repeat(30)}70`)

/** What is put on record about backups, from the machine's own command line. */
export type BackupAct =
  /** Before the first byte of it is copied, so that it is in the backup itself. */
  | { readonly what: 'made'; readonly folder: string }
  /** This log goes on from a backup. What comes before this act is from it. */
  | {
      readonly what: 'restored'
      readonly generation: string
      readonly records: number
      /** What the head register knew beyond the backup, and somebody gave up; null: nothing. */
      readonly lost: LostHead | null
    }

/** A signed head of records that are gone: who holds one sees that this log was put back before it. */
export type LostHead = {
  /** At least so many records are gone: those that were signed. */
  readonly records: number
  readonly size: number
  /** Base64. */
  readonly root: string
}

export function backupRecord(act: BackupAct): NewRecord {
  return serverRecord({
    kind: 'backup',
    conversation: backupsConversation,
    members: [],
    content: JSON.stringify({ v: 1, by: 'command line', ...act }),
  })
}
