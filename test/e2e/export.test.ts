// An officer exports from a server that runs, and a person who has the bundle, the verifier's folder and the public key gets the answer.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { verifierFolder } from '../support/bundles/verifier.ts'
import { slotFor, putFile } from './files.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type Ran, type TestServer } from './server.ts'

const program = join(verifierFolder, 'onrecord-verify.mjs')
/** Whatever Node the system has, and the pinned one. */
const nodes = [process.execPath, '/usr/bin/node'].filter((path) => existsSync(path))
const words = 'the minutes, as agreed\n'

let server: TestServer
let policy = ''

before(async () => {
  server = await testServer()
  await server.start()
  addPeople(server, 'ann', 'bo', 'olga', 'lea')
  const made = server.run(['user', 'role', `olga@${server.domain}`, 'officer'])
  assert.equal(made.status, 0, made.err)
  server.run(['user', 'role', `lea@${server.domain}`, 'legal'])
  const opened = server.run(['matter', 'open', 'M-1', '--as', `lea@${server.domain}`])
  assert.equal(opened.status, 0, opened.err)
  const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
  say(ann, `bo@${server.domain}`, 'shall we?', 'm1')
  assert.equal(bodyOf(await nextMessage(bo)), 'shall we?')
  say(bo, `ann@${server.domain}`, 'we shall', 'm2')
  assert.equal(bodyOf(await nextMessage(ann)), 'we shall')
  const slot = await slotFor(ann, { name: 'minutes.txt', size: words.length, type: 'text/plain' })
  await putFile(slot.put, Buffer.from(words), 'text/plain')
  say(ann, `bo@${server.domain}`, slot.get, 'm3')
  assert.equal(bodyOf(await nextMessage(bo)), slot.get)
  policy = join(server.dir, 'policy.txt')
  const printed = server.run(['export', 'policy'])
  assert.equal(printed.status, 0, printed.err)
  writeFileSync(policy, printed.out)
})

after(async () => await server.remove())

function exported(name: string, ...more: readonly string[]): Ran {
  const path = join(server.dir, name)
  const who = ['--as', `olga@${server.domain}`, '--purpose', 'a dispute', '--matter', 'M-1']
  return server.run(['export', 'bundle', path, ...who, ...more])
}

function verify(node: string, name: string, ...more: readonly string[]): Ran {
  const args = [program, join(server.dir, name), '--policy', policy, ...more]
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8' })
  return { status, out: stdout, err: stderr }
}

test('a person with a bundle, the program and the public key gets the answer, with old Nodes too', () => {
  const { domain } = server
  const ran = exported('talk.zip', '--between', `ann@${domain},bo@${domain}`)
  assert.equal(ran.status, 0, ran.err)
  for (const node of nodes) {
    const found = verify(node, 'talk.zip', '--records')
    assert.equal(found.status, 0, found.out + found.err)
    assert.match(found.out, /COMPLETE/)
    assert.match(found.out, /for: a dispute \(M-1\)/)
    assert.match(found.out, /shall we\?/)
  }
  const report = JSON.parse(verify(process.execPath, 'talk.zip', '--json').out)
  assert.equal(report.exit, 0)
  const zip = readFileSync(join(server.dir, 'talk.zip'))
  const at = zip.indexOf('we shall')
  assert.ok(at > 0)
  zip[at] = 'W'.charCodeAt(0)
  writeFileSync(join(server.dir, 'changed.zip'), zip)
  assert.equal(verify(process.execPath, 'changed.zip').status, 1)
})

test('the server makes a bundle, and whoever fetches it says what for', () => {
  const { domain, dir } = server
  const as = ['--as', `olga@${domain}`]
  const what = ['--purpose', 'a dispute', '--between', `ann@${domain},bo@${domain}`]
  const started = server.run(['export', 'start', ...as, ...what])
  const id = /export ([0-9a-f]{32})/.exec(started.out)?.[1] ?? assert.fail(started.err)
  let shown = ''
  // Each look takes a while itself.
  for (let n = 0; n < 60 && !/\t(?:done|failed)\t/.test(shown); n++)
    shown = server.run(['export', 'show', id, ...as]).out
  assert.match(shown, /\tdone\t/)
  const path = join(dir, 'fetched.zip')
  assert.equal(server.run(['export', 'fetch', id, path, ...as]).status, 1, 'without a purpose')
  const fetched = server.run(['export', 'fetch', id, path, ...as, '--purpose', 'to hand it over'])
  assert.equal(fetched.status, 0, fetched.err)
  assert.match(verify(process.execPath, 'fetched.zip').out, /COMPLETE/)
  const listed = server.run(['export', 'list', ...as]).out
  assert.ok(listed.includes(id))
  const late = server.run(['export', 'cancel', id, ...as])
  assert.match(late.err, /Nothing was done: this export is done/)
})

test('a single record goes out as a proof of its own', () => {
  type Listed = { readonly index: number; readonly content: string | null }
  const report: { readonly records: readonly Listed[]; readonly proved: readonly string[] } =
    JSON.parse(verify(process.execPath, 'talk.zip', '--records', '--json').out)
  assert.match(report.proved.join('\n'), /the log itself has stated how many records they had/)
  const said = report.records.find(({ content }) => content?.includes('shall we?'))
  assert.ok(said)
  const ran = exported('one.tlog-proof', '--positions', String(said.index))
  assert.equal(ran.status, 0, ran.err)
  const found = verify(process.execPath, 'one.tlog-proof', '--records')
  assert.equal(found.status, 0, found.out + found.err)
  assert.match(found.out, /shall we\?/)
  const many = exported('many.tlog-proof', '--positions', '1-2')
  assert.deepEqual([many.status, /a proof is of one record/.test(many.err)], [1, true])
})

test('a folder has the attachment in clear, and nothing may be added to it', () => {
  const ran = exported('all', '--all')
  assert.equal(ran.status, 0, ran.err)
  const name = createHash('sha256').update(words).digest('hex')
  assert.equal(readFileSync(join(server.dir, 'all/files', name), 'utf8'), words)
  assert.ok(readdirSync(join(server.dir, 'all')).includes('manifest.note'))
  assert.equal(verify(process.execPath, 'all').status, 0)
  symlinkSync('/etc/passwd', join(server.dir, 'all/files/link'))
  const found = verify(process.execPath, 'all')
  assert.deepEqual([found.status, /file\.link/.test(found.out)], [1, true])
})

test('the export is on record before its bundle is there, and names who asked', () => {
  const ran = exported('one.zip', '--person', `bo@${server.domain}`, '--json')
  assert.equal(ran.status, 0, ran.err)
  const { act, size } = JSON.parse(ran.out)
  assert.ok(act < size)
  const again = server.run([
    'export',
    'bundle',
    join(server.dir, 'again.zip'),
    '--act',
    String(act),
  ])
  assert.equal(again.status, 0, again.err)
  assert.equal(verify(process.execPath, 'again.zip').status, 0)
})

test('who may not export is refused, and so is a wrong line', () => {
  const refused = server.run([
    'export',
    'bundle',
    join(server.dir, 'no.zip'),
    '--as',
    `ann@${server.domain}`,
    '--purpose',
    'mine',
    '--all',
  ])
  assert.deepEqual([refused.status, /takes the role officer or legal/.test(refused.err)], [1, true])
  assert.equal(existsSync(join(server.dir, 'no.zip')), false)
  assert.equal(exported('no.zip', '--positions', 'all').status, 2)
  assert.equal(exported('no.zip', '--all', '--mask', 'everything').status, 2)
  assert.equal(exported('all').status, 1, 'what is there already stays')
  assert.equal(exported('no.zip', '--from', '2001-01-01', '--until', '2001-01-02').status, 1)
})

test('with the server stopped the same command makes a bundle, and the record verifies', async () => {
  await server.stop()
  const ran = exported('offline.zip', '--all', '--mask', 'content')
  assert.equal(ran.status, 0, ran.err)
  const found = verify(process.execPath, 'offline.zip', '--records')
  assert.equal(found.status, 0, found.out)
  assert.doesNotMatch(found.out, /we shall/)
  const verified = server.run(['verify'])
  assert.equal(verified.status, 0, verified.err)
})

test('who says neither who he is nor what for is told to, and nothing is written', () => {
  const path = join(server.dir, 'nobody.zip')
  const nobody = server.run(['export', 'bundle', path])
  assert.deepEqual(
    [nobody.status, nobody.err.split('\n')[0]],
    [2, 'onrecord: --as is missing: say who exports'],
  )
  const aimless = server.run(['export', 'bundle', path, '--as', `olga@${server.domain}`])
  assert.match(aimless.err, /^onrecord: --purpose is missing: say what for\n/)
  assert.equal(existsSync(path), false)
})
