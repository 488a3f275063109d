// The root's postinstall: puts the pinned Node and our own program into node_modules/.bin, and notes what was installed.
//
// npm 10 drops .bin/node when it skips the package of the other architecture, because both own that name; so it is
// put back here, and by setup.mjs on each start, as `npm ci --ignore-scripts` never comes here.
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const stampFile = 'node_modules/.onrecord-installed'

/** Path of the pinned Node for this machine, or null where there is none. */
export function pinnedNode(root) {
  const path = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  return existsSync(path) ? path : null
}

/** Puts both links right. Does nothing where they are. */
export function linkBin(root) {
  const bin = join(root, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  if (pinnedNode(root) !== null)
    link(`../node-${process.platform}-${process.arch}/bin/node`, join(bin, 'node'))
  link('../../bin/onrecord', join(bin, 'onrecord'))
}

/** True when node_modules holds what package-lock.json says, for this platform. */
export function isInstalled(root) {
  const file = join(root, stampFile)
  return existsSync(file) && readFileSync(file, 'utf8') === wanted(root)
}

export function noteInstalled(root) {
  writeFileSync(join(root, stampFile), wanted(root))
}

function wanted(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

function link(target, path) {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.isSymbolicLink() && readlinkSync(path) === target) return
  rmSync(path, { force: true })
  symlinkSync(target, path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  linkBin(root)
  noteInstalled(root)
}
