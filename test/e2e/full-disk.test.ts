// Promise 1 on a disk that fills up and is freed again.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tryFileLock } from '../../src/base/file-lock.ts'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { cannotMount, fill, mountDisk } from './disk.ts'
import { addPeople, addUsers, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { readiness, untilReady } from './readiness.ts'
import { testServer, type TestServer } from './server.ts'
import { startTalk } from './talk.ts'

const stanzas = 'urn:ietf:params:xml:ns:xmpp-stanzas'

test(
  'on a full disk nothing is delivered unrecorded, and sending goes on when there is room again',
  { skip: cannotMount },
  async () => {
    const disk = mountDisk(96)
    const server = await testServer({}, disk.dir)
    try {
      await server.start()
      addPeople(server, 'ann', 'bo')
      const ann = await comeOnline(server, 'ann')
      const bo = await comeOnline(server, 'bo')
      const ballast = fill(disk.dir)

      const refused = await sendUntilRefused(ann, bo, server)
      assert.equal(refused.type, 'wait')
      assert.equal(refused.condition, 'resource-constraint')
      assert.match(refused.text, /space|full|room/i)
      assert.equal(await readiness(server), 503)
      const late = await comeOnline(server, 'ann', 'late')
      assert.ok(late.jid.endsWith('/late'), 'people can sign in')

      rmSync(ballast)
      await untilReady(server)
      say(ann, `bo@${server.domain}`, 'there is room again', 'again')
      const message = await nextMessageWith(bo, 'there is room again')
      assert.equal(message, 'there is room again')
      await server.stop()
      const verified = server.run(['verify'])
      assert.equal(verified.status, 0, verified.err)
    } finally {
      await server.remove()
      disk.remove()
    }
  },
)

for (const who of ['the log', 'what follows from it'] as const) {
  test(
    `a disk that fills up and is freed under load, found out by ${who}, takes nothing back that anybody was told`,
    { skip: cannotMount },
    async () => {
      const disk = mountDisk(96)
      // Small segments: the next one is wanted soon. One that lasts: the integrator is the first to need room.
      const megabytes = who === 'the log' ? 8 : 24
      const settings = {
        ONRECORD_ALLOW_PLAINTEXT: 'loopback',
        ONRECORD_SEGMENT_BYTES: String(megabytes * 1024 * 1024),
      }
      const server = await testServer(settings, disk.dir)
      try {
        await server.start()
        await addUsers(server, 6)
        const talk = await startTalk(server, { pairs: 3, bodyChars: 20_000 })
        for (let cycle = 0; cycle < 3; cycle++) {
          await talk.received(20)
          const ballast = fill(disk.dir)
          for (const refusal of await talk.refused()) {
            assert.deepEqual(
              [refusal.type, refusal.condition],
              ['wait', 'resource-constraint'],
              refusal.text,
            )
          }
          assert.equal(await readiness(server), 503)
          rmSync(ballast)
          await untilReady(server)
        }
        await talk.received(20)
        await talk.quiet()
        await talk.checkArchives(server)
        assert.equal(await server.stop(), 0, server.log())
        const verified = server.run(['verify'])
        assert.equal(verified.status, 0, verified.out + verified.err)
      } finally {
        await server.remove()
        disk.remove()
      }
    },
  )
}

test(
  'a start on a full disk says in one sentence to make room, and then all is there',
  { skip: cannotMount },
  async () => {
    const disk = mountDisk(96)
    const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' }, disk.dir)
    try {
      await server.start()
      await addUsers(server, 2)
      const talk = await startTalk(server, { pairs: 1, bodyChars: 3_000 })
      await talk.received(50)
      await server.kill()
      await talk.over()
      const ballast = fill(disk.dir)
      const run = server.run(['serve'])
      assert.equal(run.status, 1, run.err)
      const sentences = run.err.split('\n').filter((line) => line.startsWith('onrecord: '))
      assert.equal(sentences.length, 1, run.err)
      assert.match(sentences[0] ?? '', /make room and start again/)
      rmSync(ballast)
      await server.start()
      await talk.checkArchives(server)
    } finally {
      await server.remove()
      disk.remove()
    }
  },
)

test(
  'the last blocks of a disk are an error to what writes rows, and never its end',
  { skip: cannotMount },
  () => {
    // Small disks have blocks of 1 KiB: what is mapped into memory in pieces of 4 KiB can have holes there.
    for (const kibibytes of [8, 12, 16, 20, 24]) {
      const disk = mountDisk(16)
      try {
        const program = join(import.meta.dirname, 'last-blocks.ts')
        const args = [program, disk.dir, String(kibibytes)]
        const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
        assert.equal(run.signal, null, `${kibibytes} KiB left`)
        assert.match(run.stdout, /^\d+ rows, then: database or disk is full/, run.stderr)
      } finally {
        disk.remove()
      }
    }
  },
)

test('a lock needs no room', { skip: cannotMount }, () => {
  const disk = mountDisk(16)
  try {
    const path = join(disk.dir, 'lock')
    tryFileLock(path)?.release()
    fill(disk.dir)
    const lock = tryFileLock(path)
    assert.ok(lock)
    assert.equal(tryFileLock(path), null)
    lock.release()
  } finally {
    disk.remove()
  }
})

type Refused = { readonly type: string; readonly condition: string; readonly text: string }

/** Long messages, one after the other, until one comes back. Those before it were delivered. */
async function sendUntilRefused(ann: Client, bo: Client, server: TestServer): Promise<Refused> {
  const long = 'x'.repeat(100_000)
  for (let i = 0; i < 2_000; i++) {
    say(ann, `bo@${server.domain}`, `${i} ${long}`, `long-${i}`)
    const error = await errorBeforeAnswer(ann, server.domain)
    if (!error) {
      assert.match(bodyOf(await nextMessage(bo)), new RegExp(`^${i} `))
      continue
    }
    const [condition] = elements(error)
    return {
      type: error.attrs['type'] ?? '',
      condition: condition?.name ?? '',
      text: textOf(child(error, 'text', stanzas)),
    }
  }
  throw new Error('the disk never filled up')
}

/** Stanzas are settled in order: what was refused comes back before the answer to a ping. */
async function errorBeforeAnswer(client: Client, domain: string): Promise<Element | null> {
  client.send(
    `<iq xmlns='jabber:client' type='get' id='then' to='${domain}'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  let error: Element | null = null
  for (;;) {
    const stanza = await client.next()
    if (stanza.name === 'iq' && stanza.attrs['id'] === 'then') return error
    if (stanza.name === 'message') error ??= child(stanza, 'error', 'jabber:client') ?? null
  }
}

async function nextMessageWith(client: Client, body: string): Promise<string> {
  for (;;) {
    const found = bodyOf(await nextMessage(client))
    if (found === body) return found
  }
}
