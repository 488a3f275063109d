// Marks that stand in the index beside the words of a record, so that one question is one look-up. No word begins with `!` or `=`.

import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export const terms = {
  /** Every record has it. */
  all: '!all',
  /** Its sender has it in his own archive. */
  own: '!own',
  file: '!file',
  /** Between two texts of one record: no phrase goes across. */
  gap: '!gap',
  kind: (code: number) => `!k${code}`,
  from: (id: string) => `!f${short(id)}`,
  /** Into whose archive it came. */
  to: (id: string) => `!t${short(id)}`,
  conversation: (id: string) => `!c${short(id)}`,
  /** A word of the name of one of its files. */
  fileName: (exact: string) => `=${exact}`,
  /** The bare address, where it came into nobody's archive. */
  address: (address: string) => `!a${toHex(sha256(utf8(bareOf(address)))).slice(0, 16)}`,
} as const

/** Whether it is a word of a text, and no mark. */
export function isWord(word: string): boolean {
  return !word.startsWith('!') && !word.startsWith('=')
}

/** Half of an id: of a million persons and conversations two are alike once in 30 million records' times. */
function short(id: string): string {
  return id.slice(-16)
}

function bareOf(address: string): string {
  const slash = address.indexOf('/')
  return (slash < 0 ? address : address.slice(0, slash)).toLowerCase()
}
