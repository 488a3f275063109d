// File systems of a test's own, in a file: small ones that fill up, and ones that lose what was not flushed. Needs root.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
  execFileSync('mount', ['-o', 'loop', image, mounted])
  mkdirSync(dir)
  return {
    dir,
    beside,
    crash: `'${crashfs}' crash '${mounted}'`,
    recover: `'${crashfs}' recover '${image}' '${mounted}'`,
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
