import { concatBytes, sameBytes, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import { type KeyId } from './ports.ts'

const keyBytes = 32
const checkBytes = 3
/** RFC 4648 section 6: no 0, 1, 8 and 9, which are read as letters. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const groupLetters = 4
const groupsPerLine = 7
const letters = ((keyBytes + checkBytes) * 8) / 5
const lineLetters = groupLetters * groupsPerLine

/** A key-encryption key on paper: two lines of letters in groups, with a checksum, under a heading that says what it is. */
export function recoveryKit(id: KeyId, key: Secret<Uint8Array>): Secret<string> {
  const code = encode(concatBytes(key.reveal(), checkOf(key.reveal())))
  const groups = code.match(/.{4}/g) ?? []
  const lines = [groups.slice(0, groupsPerLine), groups.slice(groupsPerLine)]
  return new Secret(
    `ONRECORD RECOVERY KIT, key ${id}
Whoever has these two lines and the data folder can read the record. Without them and without the
key file nobody can, ever. Keep them on paper, away from the server.

${lines.map((line) => `    ${line.join('-')}`).join('\n')}
`,
  )
}

/**
 * Reads a kit back, as it was printed or as somebody typed it: case, spaces, dashes and other lines do not matter.
 *
 * @returns a sentence that says what is wrong with it when it is no kit
 */
export function readRecoveryKit(text: string): Secret<Uint8Array> | string {
  const lines = text
    .split('\n')
    .map((line) => line.replaceAll(/[\s-]/g, '').toUpperCase())
    .filter((line) => line.length === lineLetters && /^[A-Z2-7]+$/.test(line))
  const code = lines.join('')
  if (code.length !== letters) return `a recovery kit has two lines of ${lineLetters} letters`
  const bytes = decode(code)
  const key = bytes.subarray(0, keyBytes)
  if (!sameBytes(checkOf(key), bytes.subarray(keyBytes))) {
    return 'a letter of the recovery kit is wrong: its checksum does not fit'
  }
  return new Secret(key)
}

function checkOf(key: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8('OL1 kit\0'), key)).subarray(0, checkBytes)
}

function encode(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31] ?? ''
    held &= 31
  }
  return text
}

function decode(text: string): Uint8Array {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const letter of text) {
    held = (held << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push(held >>> bits)
    held &= (1 << bits) - 1
  }
  return new Uint8Array(bytes)
}
