// Promise 1 on a file system that turns read-only, or that holds all writes up.
//
// `mount -o remount,ro` is refused as long as anybody has a file open for writing, as the server has. What happens in production is
// that the file system finds an error in itself (ext4 with errors=remount-ro; XFS and btrfs act alike) and refuses all writes and
// flushes from then on. The write-ahead log cannot be written or flushed then, which is fatal (docs/decisions/0002): the process
// stops, and has to, since the file system cannot be repaired while files are open on it. The next start recovers.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as passes } from 'node:timers/promises'
import { cannotMount, mountDisk, type Disk } from './disk.ts'
import { addUsers, say, signInAs } from './people.ts'
import { testServer, type TestServer } from './server.ts'
import { startTalk } from './talk.ts'

type Scene = { readonly disk: Disk; readonly server: TestServer }

/** A server with its data and keys on a file system of its own, and six people. */
async function scene(t: TestContext): Promise<Scene> {
  const disk = mountDisk(256)
  const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' }, disk.dir)
  t.after(async () => {
    if (!t.passed) t.diagnostic(server.log())
    await server.remove()
    disk.remove()
  })
  await server.start()
  await addUsers(server, 6)
  return { disk, server }
}

/** The file system turns read-only. False, with a line that says so, where that cannot be brought about. */
function failed(t: TestContext, disk: Disk): boolean {
  if (disk.fail()) return true
  t.skip('needs an ext4 that can be made to fail: /sys/fs/ext4/<device>/trigger_fs_error')
  return false
}

/** The server has stopped by itself and said why. A start says what is wrong in one sentence; after the repair all is there. */
async function checkStop({
  disk,
  server,
  ended,
}: Scene & { readonly ended: Promise<number | null> }): Promise<void> {
  assert.equal(await ended, 1)
  const [last = ''] = server.log().trim().split('\n').slice(-1)
  assert.match(last, /"event":"server\.fatal"/)
  // Whichever asks the file system first: a flush of what it has not kept is an error of the disk by then, and to make a folder with those
  // above it, which the integrator does before its first batch, is told as a folder that is not there.
  assert.match(
    last,
    /EROFS: read-only file system|EIO: i\/o error, fsync|ENOENT: no such file or directory, mkdir/,
  )
  const { status, err } = server.run(['serve'])
  assert.equal(status, 1, err)
  const sentences = err
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'))
  assert.equal(sentences.length, 1, err)
  assert.match(sentences[0] ?? '', /^onrecord: .*EROFS/)
  disk.repair()
  verified(server)
  await server.start()
}

function verified(server: TestServer): void {
  const { status, out, err } = server.run(['verify'])
  assert.equal(status, 0, out + err)
}

test(
  'a remount to read-only is refused while the server runs, and it goes on',
  { skip: cannotMount },
  async (t) => {
    const { disk, server } = await scene(t)
    const talk = await startTalk(server, { pairs: 3, bodyChars: 200 })
    await talk.received(20)
    const { status } = spawnSync('mount', ['-o', 'remount,ro', dirname(disk.dir)])
    assert.notEqual(status, 0)
    await talk.received(20)
    await talk.quiet()
    await talk.checkArchives(server)
  },
)

test(
  'a file system that turns read-only under load stops the server, and nothing that anybody was told is lost',
  { skip: cannotMount },
  async (t) => {
    const { disk, server } = await scene(t)
    const talk = await startTalk(server, { pairs: 3, bodyChars: 2_000 })
    await talk.received(50)
    if (!failed(t, disk)) return
    const ended = server.ended()
    await talk.over()
    await checkStop({ disk, server, ended })
    await talk.checkArchives(server)
    assert.equal(await server.stop(), 0)
    verified(server)
  },
)

test(
  'on a file system that turned read-only people can sign in and read until somebody speaks, and that reaches nobody',
  { skip: cannotMount },
  async (t) => {
    const { disk, server } = await scene(t)
    const talk = await startTalk(server, { pairs: 3, bodyChars: 200 })
    await talk.received(20)
    await talk.quiet()
    await untilAllIsSigned(server)
    if (!failed(t, disk)) return
    const ended = server.ended()
    await talk.checkArchives(server)
    const [sender, recipient] = [await signInAs(server, 'u0'), await signInAs(server, 'u1')]
    recipient.send(`<presence xmlns='jabber:client'/>`)
    const { received } = talk.counts
    say(sender, `u1@${server.domain}`, 'nobody hears this', 'unheard')
    const heard: string[] = []
    for (const client of [sender, recipient])
      for (
        let element = await client.nextOrEnd(30_000);
        element;
        element = await client.nextOrEnd(30_000)
      )
        if (element.name === 'message' || element.name === 'a') heard.push(element.name)
    assert.deepEqual(heard, [])
    assert.equal(talk.counts.received, received)
    await checkStop({ disk, server, ended })
    await talk.checkArchives(server)
    assert.equal(await server.stop(), 0)
    verified(server)
  },
)

test(
  'while writes are held up nothing is delivered, and then all goes on',
  { skip: cannotMount },
  async (t) => {
    const { disk, server } = await scene(t)
    const talk = await startTalk(server, { pairs: 3, bodyChars: 200 })
    await talk.received(50)
    disk.freeze()
    try {
      // What was flushed before is still on its way.
      await passes(500)
      const { received, acknowledged } = talk.counts
      await passes(1_500)
      assert.deepEqual(
        { received, acknowledged },
        { received: talk.counts.received, acknowledged: talk.counts.acknowledged },
      )
    } finally {
      disk.thaw()
    }
    await talk.received(50)
    await talk.quiet()
    await talk.checkArchives(server)
    assert.equal(talk.counts.refused, 0)
    assert.equal(await server.stop(), 0)
    verified(server)
  },
)

/** Nothing is left to be written as long as nobody speaks: also who had what was told is on record and signed. */
async function untilAllIsSigned(server: TestServer): Promise<void> {
  let before = -1
  for (let same = 0; same < 3;) {
    const { status, out, err } = await server.runBeside(['verify', '--json'])
    assert.equal(status, 0, out + err)
    const { report }: { report: { records: number; signed: number } } = JSON.parse(out)
    same = report.records === before && report.signed === report.records ? same + 1 : 0
    before = report.records
  }
}
