// What a power cut takes: bodies that were written and not flushed, and rows since the last transaction that was.
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isCode } from '../../src/base/files.ts'
import { type IntegratorParts } from '../../src/record/integrate/integrator.ts'
import { type RecordHome } from './real-record.ts'

const copiesMax = 20
const rowFiles = ['mailbox.db', 'mailbox.db-wal'] as const

export type Power = {
  /** The parts, watched. What the log, the vault, tiles and heads have written is flushed when they say so. */
  over(parts: IntegratorParts): IntegratorParts
  /** A copy of what a kill leaves at this moment, or a power cut too. */
  left(home: RecordHome, isPowerCut: boolean): RecordHome
}

type Written = { readonly bucket: number; readonly offset: number; readonly length: number }

export function powerOver(dir: string, draw: (below: number) => number): Power {
  let unflushed: readonly Written[] = []
  let rows: ReadonlyMap<string, Buffer> = new Map()
  const keepRows = (): void => {
    rows = new Map(rowFiles.flatMap((name) => readIn(dir, name)))
  }
  return {
    over(parts) {
      keepRows()
      const { bodies, mailbox } = parts
      return {
        ...parts,
        bodies: {
          ...bodies,
          async write(bucket, offset, bytes) {
            unflushed = [...unflushed, { bucket, offset, length: bytes.length }]
            await bodies.write(bucket, offset, bytes)
          },
          async flush() {
            const before = unflushed
            await bodies.flush()
            unflushed = unflushed.filter((one) => !before.includes(one))
          },
        },
        mailbox: {
          ...mailbox,
          async setDurable(state) {
            await mailbox.setDurable(state)
            keepRows()
          },
        },
      }
    },
    left(home, isPowerCut) {
      const copy = copyOf(home.dir)
      if (isPowerCut) {
        for (const one of unflushed) if (draw(2) === 0) lose(copy, one, draw)
        if (draw(2) === 0) putRows(copy, rows)
      }
      return { ...home, dir: copy, remove: () => rmSync(copy, { recursive: true, force: true }) }
    },
  }
}

function readIn(dir: string, name: string): [string, Buffer][] {
  const path = join(dir, name)
  return statSync(path, { throwIfNoEntry: false }) ? [[name, readFileSync(path)]] : []
}

/** Either the file ends there, or the blocks are those of another file that was. */
function lose(
  dir: string,
  { bucket, offset, length }: Written,
  draw: (below: number) => number,
): void {
  const path = join(dir, 'bodies', String(bucket))
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (bytes <= offset) return
  if (draw(2) === 0) return truncateSync(path, offset)
  const all = readFileSync(path)
  writeFileSync(path, all.fill(0, offset, offset + length))
}

function putRows(dir: string, rows: ReadonlyMap<string, Buffer>): void {
  for (const name of [...rowFiles, 'mailbox.db-shm']) rmSync(join(dir, name), { force: true })
  for (const [name, bytes] of rows) writeFileSync(join(dir, name), bytes)
}

/** What the system has begun for the dead it goes on with, in threads: a file may get its name while it is copied. */
export function copyOf(from: string): string {
  for (let tries = 0; ; tries++) {
    const dir = mkdtempSync(join(tmpdir(), 'onrecord-killed-'))
    try {
      cpSync(from, dir, { recursive: true })
      return dir
    } catch (error) {
      rmSync(dir, { recursive: true, force: true })
      if (!isCode(error, 'ENOENT') || tries === copiesMax) throw error
    }
  }
}
