// File systems of a test's own, in a file: small ones that fill up, ones that lose what was not flushed, or turn read-only. Needs root.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const crashfs = resolve(import.meta.dirname, '../../bench/xmpp/peers/crashfs.sh')

/** Null where file systems can be mounted, else why a test is skipped. */
export const cannotMount: string | false =
  process.getuid?.() === 0 ? false : 'needs root, to mount a file system'

export type Disk = {
  /** A folder on it: the mount point itself cannot be removed. */
  readonly dir: string
  /** A folder beside it, on the disk that everything else is on. */
  readonly beside: string
  /** Shell commands: power is lost, and comes back. */
  readonly crash: string
  readonly recover: string
  /** Makes the file system find an error in itself: it turns read-only, whoever has files open. False where the kernel cannot. */
  fail(): boolean
  /** What an operator does then, once nobody has a file open there: it is taken away, repaired, and mounted again. */
  repair(): void
  /** Holds all writes up, as a snapshot does, until `thaw`. */
  freeze(): void
  thaw(): void
  remove(): void
}

export function mountDisk(megabytes: number): Disk {
  const base = mkdtempSync(join(tmpdir(), 'onrecord-disk-'))
  const image = join(base, 'image')
  const mounted = join(base, 'mounted')
  const [dir, beside] = [join(mounted, 'onrecord'), join(base, 'beside')]
  mkdirSync(mounted)
  mkdirSync(beside)
  execFileSync('truncate', ['-s', `${megabytes}M`, image])
  execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', image])
  // As most systems mount theirs: after an error it is read-only.
  const mount = ['-o', 'loop,errors=remount-ro', image, mounted]
  execFileSync('mount', mount)
  mkdirSync(dir)
  return {
    dir,
    beside,
    crash: `'${crashfs}' crash '${mounted}'`,
    recover: `'${crashfs}' recover '${image}' '${mounted}'`,
    fail() {
      const device = execFileSync('findmnt', ['-no', 'SOURCE', mounted], { encoding: 'utf8' })
      const trigger = `/sys/fs/ext4/${basename(device.trim())}/trigger_fs_error`
      if (!existsSync(trigger)) return false
      writeFileSync(trigger, '1')
      return true
    },
    repair() {
      execFileSync('umount', [mounted])
      // 1: errors were there, and all of them were corrected.
      assert.ok((spawnSync('e2fsck', ['-fy', image]).status ?? 8) <= 1)
      execFileSync('mount', mount)
    },
    freeze: () => void execFileSync('fsfreeze', ['--freeze', mounted]),
    thaw: () => void execFileSync('fsfreeze', ['--unfreeze', mounted]),
    remove() {
      // Lazily: whoever still has a file open there is about to end.
      execFileSync('umount', ['-l', mounted])
      rmSync(base, { recursive: true })
    },
  }
}

/** Takes all the space that is left. */
export function fill(dir: string): string {
  const path = join(dir, 'ballast')
  const { bsize } = statfsSync(dir)
  writeFileSync(path, '')
  const block = Buffer.alloc(bsize, 1)
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
  return path
}

/** The same files as in `dir`, where nothing can be written. */
export function mountReadOnly(dir: string): { readonly dir: string; remove(): void } {
  const mounted = mkdtempSync(join(tmpdir(), 'onrecord-read-only-'))
  execFileSync('mount', ['--bind', dir, mounted])
  execFileSync('mount', ['-o', 'remount,bind,ro', mounted])
  return {
    dir: mounted,
    remove() {
      execFileSync('umount', [mounted])
      rmdirSync(mounted)
    },
  }
}
