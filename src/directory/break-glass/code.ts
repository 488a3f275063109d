// The code of an envelope: 32 bytes as words, on one paper or on several of which some are enough.
import { fromBase64, sameBytes, toBase64, toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { printShares, readShares } from '../../record/keys/recovery-shares.ts'
import { bytesOfWords, isListedWord, wordsOf } from '../../record/keys/words.ts'
import { fitsWebKey, type WebCost, webKeyOf, webSaltBytes } from '../web-password.ts'
import { type CodeKey, type Envelope } from './types.ts'

const codeBytes = 32
const checkBytes = 1
/** 33 bytes, eleven bits each. */
const codeWords = 24
const wordsPerLine = 6

/** Draws one. @returns the papers, to be shown once, and what the code is checked with */
export async function drawCode(
  { id, threshold, of }: Envelope,
  { random, cost, now }: { readonly random: Random; readonly cost: WebCost; readonly now: number },
): Promise<{ readonly papers: readonly Secret<string>[]; readonly key: CodeKey }> {
  const code = new Secret<Uint8Array>(new Uint8Array(random.bytes(codeBytes)))
  const on = new Date(now).toISOString().slice(0, 10)
  const scheme = { threshold, of }
  const papers =
    of === 1
      ? [paperOf(id, on, code)]
      : printShares(code, scheme, { random, on }).map((one) => shareOf(id, scheme, one))
  const salt = Buffer.from(random.bytes(webSaltBytes))
  const key = await webKeyOf(toHex(code.reveal()), salt, cost)
  const { memory, passes } = key
  return { papers, key: { salt: toBase64(key.salt), tag: toBase64(key.tag), memory, passes } }
}

/** Whether what somebody has typed is the code. */
export async function fitsCode(text: string, key: CodeKey): Promise<boolean> {
  const [salt, tag] = [fromBase64(key.salt), fromBase64(key.tag)]
  if (salt === null || tag === null) return false
  const stored = { ...key, salt: Buffer.from(salt), tag: Buffer.from(tag) }
  // What is no code takes as long as one that is wrong.
  return await fitsWebKey(toHex(codeIn(text) ?? new Uint8Array(codeBytes)), stored)
}

function codeIn(text: string): Uint8Array | null {
  // As it was printed or typed: lines that are no words of the list are left out.
  const words = text
    .split('\n')
    .map((line) => line.split(/[^A-Za-z]+/).filter((word) => word !== ''))
    .filter((line) => line.every(isListedWord))
    .flat()
  if (words.length === codeWords) {
    const bytes = bytesOfWords(words)
    if (bytes?.length !== codeBytes + checkBytes) return null
    const code = bytes.subarray(0, codeBytes)
    return sameBytes(checkOf(code), bytes.subarray(codeBytes)) ? code : null
  }
  const code = readShares(text)
  return typeof code === 'string' ? null : code.reveal()
}

function checkOf(code: Uint8Array): Uint8Array {
  return sha256(code).subarray(0, checkBytes)
}

function paperOf(id: string, on: string, code: Secret<Uint8Array>): Secret<string> {
  const bytes = code.reveal()
  const words = wordsOf(Buffer.concat([bytes, checkOf(bytes)]))
  const lines = Array.from({ length: codeWords / wordsPerLine }, (_, line) =>
    words.slice(line * wordsPerLine, (line + 1) * wordsPerLine).join('  '),
  )
  return new Secret(
    `ONRECORD SEALED ACCESS, envelope ${id}, ${on}.
Whoever has these words can open it once, and everybody is told. To use them: onrecord
break-glass open ${id}, or POST /api/v1/break-glass/${id}/open. Keep them closed.

    ${lines.join('\n    ')}
`,
  )
}

function shareOf(
  id: string,
  { threshold, of }: { readonly threshold: number; readonly of: number },
  printed: Secret<string>,
): Secret<string> {
  // Of a recovery share only the words: what it opens is another thing.
  const words = printed.reveal().slice(printed.reveal().indexOf('\n\n'))
  return new Secret(
    `ONRECORD SEALED ACCESS, envelope ${id}: a share.
Whoever has ${threshold} of the ${of} shares can open it once, and everybody is told.${words}`,
  )
}
