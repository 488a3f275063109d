import { codeOfKind } from '../mailbox/kinds.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { type Change, type SearchDocument } from './ports.ts'
import { terms } from './terms.ts'
import { fileNames, textsOf, type Opened } from './texts.ts'
import { eachWord } from './words.ts'

/** Raised with each change of what a record becomes here: partitions of another one are made anew. ICU decides on words without spaces. */
export const indexVersion = `1 icu ${process.versions['icu'] ?? 'none'}`

/** A record that was opened. */
export type Indexable = Opened & { readonly position: LogPosition; readonly envelope: string }

/** Made of the record alone, so it can be made again at any time. */
export function documentOf(record: Indexable): SearchDocument {
  const envelope: Envelope = JSON.parse(record.envelope)
  const names = fileNames(envelope.kind, record)
  let words = marksOf(envelope, names.length > 0)
  const tell = (exact: string): void => {
    words += ` ${exact}`
  }
  for (const [i, { text }] of textsOf(envelope.kind, record).entries()) {
    if (i > 0) tell(terms.gap)
    eachWord(text, tell)
  }
  for (const name of names) {
    tell(terms.gap)
    // `_` joins words of a text, and parts those of a file's name.
    eachWord(name.replaceAll('_', ' '), (exact) => tell(terms.fileName(exact)))
  }
  return {
    position: record.position,
    second: Math.floor(envelope.t_server / 1000),
    words,
    changes: changeOf(envelope),
  }
}

function marksOf({ kind, sender, conv, views, to }: Envelope, hasFile: boolean): string {
  let marks = `${terms.all} ${terms.kind(codeOfKind(kind))} ${terms.conversation(conv)}`
  if (sender !== null) marks += ` ${terms.from(sender)}`
  for (const { owner, incoming } of views) {
    if (!incoming) marks += owner === sender ? ` ${terms.own}` : ''
    // A room's archive has the id of its conversation.
    else if (!isOf(owner, conv)) marks += ` ${terms.to(owner)}`
  }
  if (to !== '' && !views.some(({ incoming }) => incoming)) marks += ` ${terms.address(to)}`
  return hasFile ? `${marks} ${terms.file}` : marks
}

function isOf(owner: string, conversation: string): boolean {
  return owner === conversation
}

/** What it makes of an earlier record; null when it changes none. */
export function changeOf({ kind, refs }: Envelope): Change | null {
  if (refs === null) return null
  if (kind === 'correction') return { kind: 'edit', target: refs.position }
  // XEP-0424, and XEP-0425 by a moderator.
  if (kind === 'retraction' || kind === 'moderation')
    return { kind: 'retraction', target: refs.position }
  return null
}
