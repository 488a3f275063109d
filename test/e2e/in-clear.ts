// Looks for words that lie in files without being sealed.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Each form in which a word could lie in a file without being sealed. */
function formsOf(word: string): readonly Buffer[] {
  const bytes = Buffer.from(word)
  const base64 = [0, 1, 2].map((shift) =>
    // Whatever stands before it shifts base64 by 0, 1 or 2 bytes; the edges depend on the neighbours.
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  )
  return [
    bytes,
    Buffer.from(word, 'utf16le'),
    Buffer.from(bytes.toString('hex')),
    ...base64.map((text) => Buffer.from(text)),
  ]
}

/** What a running server has put under its final name meanwhile is read there, or at the next look. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      error.code === 'ENOENT' &&
      path.endsWith('.tmp')
    )
      return Buffer.alloc(0)
    throw error
  }
}

/** Where the words are, in any file below the folder. */
export function foundIn(dir: string, words: readonly string[]): string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  assert.ok(files.length > 5, 'there are files to look at')
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const bytes = readIfThere(path)
    return words
      .filter((word) => formsOf(word).some((form) => bytes.includes(form)))
      .map((word) => `${path}: ${word}`)
  })
}
