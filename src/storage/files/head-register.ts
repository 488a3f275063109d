import { dirname } from 'node:path'
import { fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../base/bytes.ts'
import { sameSecret, sha256 } from '../../base/crypto.ts'
import { withFileLock } from '../../base/file-lock.ts'
import { fsyncDir, makeDirDurably, readIfThere, replaceDurably } from '../../base/files.ts'
import { HeadDoubtful, HeadMoved } from '../../record/errors.ts'
import { refusalOf, sameHead } from '../../record/ledger/head.ts'
import { type Head, type HeadRegister } from '../../record/ledger/ports.ts'
import { orNoSpace } from './no-space.ts'

/** A MAC under a key of the log's vault: `Keys.mac('head register', bytes)`. */
export type HeadMac = (bytes: Uint8Array) => Uint8Array

const lockWaitMsMax = 10_000
const heading =
  '# Onrecord: the newest head of each log. Keep it on another disk than the data folders.'

/**
 * Heads in a text file, `head <origin> <size> <root> <open, or segment:offset+spare of the end> <MAC>`, one line for each log, and a line with
 * the SHA-256 of all before it. Several servers may share it: a lock file beside it orders their writes. A line of another log is kept
 * as it is, as only that log's server can check its MAC.
 */
export function fileHeadRegister(path: string, mac: HeadMac): HeadRegister {
  return {
    name: path,
    async read(origin) {
      return headIn(await readLines(path), origin)
    },
    async advance(origin, step) {
      await makeDirDurably(dirname(path))
      await withFileLock(`${path}.lock`, lockWaitMsMax, async () => {
        const lines = await readLines(path)
        const stored = headIn(lines, origin)
        // Our own earlier try, which failed but was kept: it only has to be made durable.
        if (sameHead(stored, step.to)) return await fsyncDir(dirname(path))
        const refusal = refusalOf(stored, step)
        if (refusal !== null) throw new HeadMoved(path, refusal)
        const others = lines.filter((line) => originOf(line) !== origin)
        const all = [...others, format(origin, step.to, mac)].toSorted()
        await replace(path, withSum(all))
      })
    },
  }

  function headIn(lines: readonly string[], origin: string): Head | null {
    const [line, ...more] = lines.filter((each) => originOf(each) === origin)
    if (line === undefined) return null
    if (more.length > 0) throw new HeadDoubtful(path, `has two lines for ${origin}`)
    const head = parse(line)
    const [, tag] = / (\S+)$/.exec(line) ?? []
    const expected = mac(utf8(line.slice(0, line.lastIndexOf(' '))))
    const given = fromBase64(tag ?? '')
    if (head === null || given === null || !sameSecret(given, expected)) {
      throw new HeadDoubtful(path, `has a line for ${origin} that this log's server did not write`)
    }
    return head
  }
}

/**
 * Has the register say less than it did: what a log had signed beyond this head is given up. Only for a restore that somebody has asked to
 * lose it, and that puts that on record.
 */
export async function putHeadBack(
  path: string,
  mac: HeadMac,
  { origin, head }: { readonly origin: string; readonly head: Head },
): Promise<void> {
  await withFileLock(`${path}.lock`, lockWaitMsMax, async () => {
    const others = (await readLines(path)).filter((line) => originOf(line) !== origin)
    await replace(path, withSum([...others, format(origin, head, mac)].toSorted()))
  })
}

function format(origin: string, head: Head, mac: HeadMac): string {
  const line = ['head', origin, head.size, toBase64(head.root), endOf(head)].join(' ')
  return `${line} ${toBase64(mac(utf8(line)))}`
}

function endOf({ closedAt }: Head): string {
  return closedAt === null
    ? 'open'
    : `${closedAt.segment}:${closedAt.offset}+${closedAt.spareBytes}`
}

function originOf(line: string): string | undefined {
  return line.split(' ')[1]
}

function parse(line: string): Head | null {
  const match = /^head \S+ (\d{1,16}) (\S+) (?:open|(\d{1,16}):(\d{1,16})\+(\d{1,16})) \S+$/.exec(
    line,
  )
  if (match === null) return null
  const [, size, encoded, segment, offset, spare] = match
  const root = fromBase64(encoded ?? '')
  if (root === null) return null
  const closedAt =
    segment === undefined
      ? null
      : { segment: Number(segment), offset: Number(offset), spareBytes: Number(spare) }
  return { size: Number(size), root, closedAt }
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await replaceDurably(path, text)
  } catch (error) {
    throw orNoSpace(error, path)
  }
}

/** The lines of the heads, after the sum over them was checked. */
async function readLines(path: string): Promise<readonly string[]> {
  const bytes = await readIfThere(path)
  if (bytes === null) return []
  const text = fromUtf8(bytes)
  const lines = text?.split('\n').filter((line) => line.startsWith('head ')) ?? []
  if (text !== withSum(lines)) throw new HeadDoubtful(path, 'was changed: its sum does not fit')
  return lines
}

function withSum(lines: readonly string[]): string {
  const text = [heading, ...lines, ''].join('\n')
  return `${text}sum ${toHex(sha256(utf8(text)))}\n`
}
