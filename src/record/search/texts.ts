// What of a record can be found by words: what people wrote, and names of files.

import { entryTypeOf } from '../ledger/envelope.ts'
import { type Envelope } from '../types.ts'

/** A text as it was written, and its language as it says it (xml:lang), '' where it does not. */
export type Text = { readonly text: string; readonly language: string }

/** What a record is made of, opened. */
export type Opened = { readonly content: string; readonly wire: string; readonly files: string }

/** Strings in one record that count; a stanza has fewer. */
const stringsMax = 10_000
const depthMax = 8

/**
 * What somebody wrote, in the order in which it stands there. Acts of administration have none: they are found by kind, person and
 * time, and what an officer once searched for is not found by searching for it.
 */
export function textsOf(kind: Envelope['kind'], { content, wire }: Opened): readonly Text[] {
  if (kind === 'tick' || entryTypeOf(kind) === 2) return []
  const said = parsed(content)
  if (said === null) return content === '' ? [] : [{ text: content, language: '' }]
  const texts = ['body', 'subject', 'status'].flatMap((name) => byLanguage(said[name]))
  if (texts.length > 0) return texts
  // What is published or set, an error or a report, words in what a room did.
  const strings: Text[] = []
  collect(said, strings, 0)
  const words = characters(wire)
  return words === '' ? strings : [...strings, { text: words, language: '' }]
}

/** Of the files that it names, or of the one that was uploaded: as the uploader named them. */
export function fileNames(
  kind: Envelope['kind'],
  { files, content }: Pick<Opened, 'files' | 'content'>,
): readonly string[] {
  if (kind === 'file.upload') {
    const name = parsed(content)?.['name']
    return typeof name === 'string' ? [name] : []
  }
  const named = parsed(files)?.['files']
  if (!Array.isArray(named)) return []
  const all: readonly unknown[] = named
  return all.flatMap((file) => {
    const name = fieldsOf(file)?.['name']
    return typeof name === 'string' ? [name] : []
  })
}

type Fields = { readonly [name: string]: unknown }

/** Null for what is no JSON object. */
function parsed(json: string): Fields | null {
  if (!json.startsWith('{')) return null
  try {
    return fieldsOf(JSON.parse(json))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : null
}

function byLanguage(value: unknown): Text[] {
  if (typeof value === 'string') return [{ text: value, language: '' }]
  const fields = fieldsOf(value)
  if (fields === null) return []
  return Object.entries(fields).flatMap(([language, text]) =>
    typeof text === 'string' ? [{ text, language }] : [],
  )
}

function collect(value: unknown, into: Text[], depth: number): void {
  if (into.length >= stringsMax || depth > depthMax) return
  if (typeof value === 'string' && value !== '') into.push({ text: value, language: '' })
  if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) collect(each, into, depth + 1)
}

const entities: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** The text of a stanza as we write it: every `<` and `>` in it is a tag's. */
function characters(wire: string): string {
  return wire
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? ' ')
    .replaceAll(/&#\d+;/g, ' ')
    .trim()
}
