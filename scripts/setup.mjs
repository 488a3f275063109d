// Runs before start, test and check on whatever Node npm has (20.19 or later), without dependencies: brings node_modules
// up to date, and with --test the programs that some tests need. Where all is there already it takes milliseconds.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, linkBin, noteInstalled, pinnedNode } from './link-bin.mjs'

/** The oldest Node that runs us where none is pinned: Uint8Array.fromHex, ML-DSA. */
const nodeMajorMin = 26

/** What some tests need of the system, by Debian package. None is needed to run Onrecord. */
const testPrograms = [
  { package: 'chromium', needs: ['chromium', 'chromium-browser', 'google-chrome'] },
  { package: 'strace', needs: ['strace'] },
  { package: 'e2fsprogs', needs: ['mkfs.ext4'] },
  { package: 'profanity', needs: ['profanity'] },
  { package: 'tmux', needs: ['tmux'] },
  { package: 'iproute2', needs: ['ss'] },
  { package: 'tcpdump', needs: ['tcpdump'] },
  { package: 'biboumi', needs: ['biboumi'] },
  { package: 'ngircd', needs: ['ngircd'] },
  { package: 'prosody', needs: ['prosody'] },
  { package: 'ejabberd', needs: ['ejabberdctl'] },
  { package: 'slapd', needs: ['slapd'] },
  { package: 'python3-slixmpp', needs: ['/usr/lib/python3/dist-packages/slixmpp'] },
  { package: 'python3-aiohttp', needs: ['/usr/lib/python3/dist-packages/aiohttp'] },
]

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// A link is somebody else's folder, shared by several work trees: `npm ci` would empty it under them.
const isShared = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()
if (!isShared) {
  if (!isInstalled(root)) installPackages()
  linkBin(root)
}
requireNode()
if (process.argv.includes('--test')) installTestPrograms()

function installPackages() {
  say('installing dependencies (npm ci)')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const script = process.env['npm_execpath']
  // Not process.execPath: that may be the pinned Node, which `npm ci` is about to delete.
  const node = process.env['npm_node_execpath'] ?? process.execPath
  const [command, first] = script?.endsWith('.js') ? [node, [script]] : [script ?? 'npm', []]
  const run = spawnSync(command, [...first, ...args], { cwd: root, stdio: 'inherit' })
  if (run.status !== 0)
    stop('the dependencies could not be installed; see the lines above, then start again')
  noteInstalled(root)
}

function requireNode() {
  const pinned = pinnedNode(root)
  // It is there and does not run on musl, for instance.
  if (pinned !== null && spawnSync(pinned, ['--version']).status === 0) return
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) return
  const place = `${process.platform}-${process.arch}`
  stop(
    `no Node comes with Onrecord for ${place} and this one is ${process.version}; install Node ${nodeMajorMin} or later`,
  )
}

function installTestPrograms() {
  const missing = testPrograms.filter((program) => !program.needs.some(isThere))
  if (missing.length === 0) return
  const names = missing.map((program) => program.package).join(' ')
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !isThere('apt-get')) {
    const why = isRoot ? 'there is no apt-get' : 'only root can install them'
    say(`tests that need ${names} can't run: they are not installed, and ${why}`)
    return
  }
  say(`installing for the tests: ${names}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update')
  const install = ['install', '-y', '--no-install-recommends', ...names.split(' ')]
  if (apt(...install).status !== 0)
    say(`tests that need ${names} can't run: apt-get could not install them`)
}

/** A program on PATH (or in sbin, which not every root's PATH has), or an absolute path. */
function isThere(name) {
  if (name.startsWith('/')) return existsSync(name)
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, name)))
}

function say(line) {
  process.stdout.write(`setup: ${line}\n`)
}

function stop(line) {
  process.stderr.write(`setup: ${line}\n`)
  process.exit(1)
}
