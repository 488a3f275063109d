// The set-up scripts and the launcher, as they run on a fresh clone.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const launcher = resolve('bin/onrecord')
const nodePackage = `node-${process.platform}-${process.arch}`

type Clone = {
  readonly root: string
  /** Runs the set-up; what it printed, and how often it has called npm so far. */
  readonly setUp: () => {
    readonly status: number | null
    readonly out: string
    readonly installs: number
  }
}

/** A clone with an npm that notes its calls and "installs" the pinned Node that runs this test. */
function withClone(use: (clone: Clone) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'onrecord-setup-'))
  try {
    cpSync('scripts', join(root, 'scripts'), { recursive: true })
    writeFileSync(join(root, 'package-lock.json'), '{"one":1}')
    const calls = join(root, 'calls')
    const npm = join(root, 'npm.sh')
    const bin = `${root}/node_modules/${nodePackage}/bin`
    const install = `rm -rf '${root}/node_modules' && mkdir -p '${bin}' && ln -s '${process.execPath}' '${bin}/node'`
    writeFileSync(npm, `#!/bin/sh\necho "$1" >>'${calls}'\n${install}\n`, { mode: 0o755 })
    use({
      root,
      setUp() {
        const env = { PATH: '/usr/bin:/bin', npm_execpath: npm }
        const script = join(root, 'scripts/setup.mjs')
        const run = spawnSync(process.execPath, [script], { env, encoding: 'utf8' })
        const installs = existsSync(calls)
          ? readFileSync(calls, 'utf8').split('ci\n').length - 1
          : 0
        return { status: run.status, out: run.stdout + run.stderr, installs }
      },
    })
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('set-up installs once, and again only when the lock file changed', () => {
  withClone(({ root, setUp }) => {
    assert.deepEqual([setUp().installs, setUp().installs], [1, 1])
    writeFileSync(join(root, 'package-lock.json'), '{"one":2}')
    assert.deepEqual([setUp().installs, setUp().installs], [2, 2])
    rmSync(join(root, 'node_modules'), { recursive: true })
    assert.equal(setUp().installs, 3)
  })
})

test('set-up puts the links of node_modules/.bin right, and says nothing where all is well', () => {
  withClone(({ root, setUp }) => {
    setUp()
    const node = join(root, 'node_modules/.bin/node')
    rmSync(node)
    symlinkSync('../nowhere', node)
    assert.deepEqual(setUp(), { status: 0, out: '', installs: 1 })
    assert.equal(readlinkSync(node), `../${nodePackage}/bin/node`)
    assert.equal(readlinkSync(join(root, 'node_modules/.bin/onrecord')), '../../bin/onrecord')
  })
})

test('set-up leaves a node_modules that is a link alone', () => {
  withClone(({ root, setUp }) => {
    mkdirSync(join(root, 'elsewhere'))
    symlinkSync('elsewhere', join(root, 'node_modules'))
    assert.equal(setUp().installs, 0)
  })
})

test('set-up says in one line that the installation failed', () => {
  withClone(({ root, setUp }) => {
    writeFileSync(join(root, 'npm.sh'), '#!/bin/sh\nexit 1\n')
    const { status, out } = setUp()
    assert.equal(status, 1)
    assert.match(out, /could not be installed/)
  })
})

test('the launcher runs through links, from anywhere, and passes the exit status on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-launch-'))
  try {
    const link = join(folder, 'onrecord')
    symlinkSync(launcher, join(folder, 'first'))
    symlinkSync('first', link)
    const env = { PATH: '/usr/bin:/bin' }
    const version = spawnSync(link, ['version', '--json'], { cwd: folder, env, encoding: 'utf8' })
    assert.equal(version.status, 0, version.stderr)
    assert.match(version.stdout, /^{"onrecord":"\d+\.\d+\.\d+","node":"\d+/)
    assert.equal(spawnSync(link, ['no-such-command'], { cwd: folder, env }).status, 2)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a reader that has gone early is no error', () => {
  // `true` has ended long before there is anything to write.
  const pipe = `set -o pipefail; '${launcher}' config check | true`
  const run = spawnSync('/bin/bash', ['--norc', '-c', pipe], { encoding: 'utf8', env: {} })
  assert.deepEqual({ status: run.status, err: run.stderr }, { status: 0, err: '' })
})

test('the launcher says in one sentence that there is no Node to run with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-launch-'))
  try {
    mkdirSync(join(folder, 'bin'))
    cpSync(launcher, join(folder, 'bin/onrecord'))
    for (const tool of ['readlink', 'dirname', 'uname', 'sh'])
      symlinkSync(`/usr/bin/${tool}`, join(folder, tool))
    const run = spawnSync(join(folder, 'bin/onrecord'), ['version'], {
      env: { PATH: folder },
      encoding: 'utf8',
    })
    assert.equal(run.status, 1)
    assert.match(run.stderr, /^onrecord: no Node to run with; .* install Node 26 or later\n$/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
