import { type Opened } from '../record/bodies/opened.ts'
import { conversationId, filesArchive, isNobodys } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type Original } from '../history/ports.ts'
import {
  type Envelope,
  type NewRecord,
  type PersonId,
  type RecordKind,
  type Reference,
  type View,
} from '../record/types.ts'
import { readFilesPart } from './part.ts'
import { type FileAct, type StoredFile } from './ports.ts'

/** All uploads are one conversation, so that none can be left out unseen. */
const filesConversation = conversationId(`${'0'.repeat(31)}f`)

/** How whatever is on record of files is found again. */
export const filesView: View = { owner: filesArchive, peer: null, peerDevice: '', incoming: false }

/** An upload as it goes on record: who uploaded what, and no key. */
export function uploadRecord({ id, uploader, name, type, size, sha256 }: StoredFile): NewRecord {
  const content = { v: 1, file: id, name, type, size, sha256 }
  return { ...entry('file.upload', uploader, content), sender: uploader, views: [filesView] }
}

/** Somebody is about to see a file that no message has named, from where it was uploaded. Who that is nobody knows. @param client network address */
export function lookRecord({ id, uploader }: StoredFile, client: string): NewRecord {
  return entry('file.look', uploader, { v: 1, file: id, client })
}

function entry(kind: RecordKind, uploader: PersonId, content: object): NewRecord {
  return serverRecord({
    kind,
    conversation: filesConversation,
    members: [uploader],
    content: JSON.stringify(content),
  })
}

/** What a record in the archive of files says of them. */
export function actOf({ position, envelope, content, files }: Opened): FileAct {
  const { kind, refs, views, t_server: at } = envelope
  if (kind === 'file.upload') {
    const { file }: { file: StoredFile['id'] } = JSON.parse(content)
    return { kind: 'uploaded', file, at }
  }
  const original = originalOf(kind, refs, views)
  const bindings = readFilesPart(files).map(({ id, opens }) => ({
    file: id,
    position,
    opens,
    original,
  }))
  return { kind: 'bound', bindings }
}

/** The message that a correction is of, and an archive that has both. */
export function originalOf(
  kind: Envelope['kind'],
  refs: Reference | null,
  views: readonly View[],
): Original | null {
  const owner = views.find((view) => !isNobodys(view.owner))?.owner
  return kind === 'correction' && refs && owner ? { owner, position: refs.position } : null
}
