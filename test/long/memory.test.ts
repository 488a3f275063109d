// COMPLIANCE.md §F5, with memory: what is left of what was erased in a server that goes on running.
import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client } from '../client/client.ts'
import { foundIn } from '../e2e/in-clear.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from '../e2e/people.ts'
import { testServer, type TestServer } from '../e2e/server.ts'

const words = {
  /** A message, what was said in a room, its subject, a status. */
  erased: ['canarymessage-4402', 'canaryroomtalk-7215', 'canarysubject-9061', 'canarystatus-9157'],
  /** Somebody else's, who is there. */
  kept: 'canarykept-3310',
} as const
const all = [...words.erased, words.kept]
const piece = 1 << 20

test('after an erasure nothing that was erased is in a file, nor in what the server can reach in memory', async (t) => {
  const server = await testServer({ NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' })
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    for (const [name, role] of [
      ['lea', 'legal'],
      ['lou', 'records'],
    ] as const)
      server.run(
        ['user', 'add', addressAt(server, name), '--password-stdin', '--role', role],
        'a password',
      )
    const bo = await talk(server)
    const before = countInMemory(server.pid())
    erase(server)
    const left = await reachableIn(server)
    const after = countInMemory(server.pid())
    t.diagnostic(
      `times anywhere in the process, before and after: ${JSON.stringify([before, after])}`,
    )
    assert.deepEqual(left, [words.kept])
    assert.ok(words.erased.every((word) => (before[word] ?? 0) > 0))
    assert.deepEqual(foundIn(server.data, words.erased), [])
    bo.close()
  } finally {
    await server.remove()
  }
})

function addressAt({ domain }: TestServer, name: string): string {
  return `${name}@${domain}`
}

/** Ann says things and goes; what Bo says of himself stays. */
async function talk(server: TestServer): Promise<Client> {
  const [message, said, subject, status] = words.erased
  const bo = await comeOnline(server, 'bo', 'web')
  bo.send(`<presence xmlns='jabber:client'><status>${words.kept}</status></presence>`)
  const ann = await comeOnline(server, 'ann', 'desk')
  const room = `tower@conference.${server.domain}`
  const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
  ann.send(`<presence xmlns='jabber:client' to='${room}/Ann'>${muc}</presence>`)
  await ann.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
  // Who stays in the room keeps it.
  bo.send(`<presence xmlns='jabber:client' to='${room}/Bo'>${muc}</presence>`)
  for (const inner of [`<body>${said}</body>`, `<subject>${subject}</subject>`])
    ann.send(`<message xmlns='jabber:client' type='groupchat' to='${room}'>${inner}</message>`)
  ann.send(`<presence xmlns='jabber:client'><status>${status}</status></presence>`)
  say(ann, addressAt(server, 'bo'), message, 'canary-1')
  assert.equal(bodyOf(await nextMessage(bo)), message)
  for (const [client, to] of [
    [ann, room],
    [bo, addressAt(server, 'bo')],
  ] as const) {
    // Whoever reads an archive has the server keep what it has opened.
    await client.ask('set', `<query xmlns='urn:xmpp:mam:2'/>`, to)
    await client.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
  }
  ann.close()
  return bo
}

/** All that Ann said, by the order of a court. */
function erase(server: TestServer): void {
  const why = ['--decision', 'a court', '--person', addressAt(server, 'ann'), '--json']
  const ordered = server.run(['disposal', 'erase', '--as', addressAt(server, 'lea'), ...why])
  assert.equal(ordered.status, 0, ordered.err)
  const { run } = JSON.parse(ordered.out)
  const id = String(run.id)
  const as = ['--as', addressAt(server, 'lou')]
  const approved = server.run(['disposal', 'approve', id, '--proposal', run.proposal, ...as])
  assert.equal(approved.status, 0, approved.err)
  for (let tries = 0; ; tries++) {
    const { out } = server.run(['disposal', 'show', id])
    if (/certificate \d+/.test(out) && !/certificate -/.test(out)) return
    assert.ok(tries < 30, out)
  }
}

/** Which words the main thread can reach, after it has collected what it cannot. */
async function reachableIn(server: TestServer): Promise<readonly string[]> {
  process.kill(server.pid(), 'SIGUSR2')
  for (let tries = 0; tries < 100; tries++) {
    await pause(300)
    const [name] = snapshotsIn(server.dir)
    const text = name === undefined ? '' : readFileSync(join(server.dir, name), 'latin1')
    if (text.trimEnd().endsWith('}')) return all.filter((word) => text.includes(word))
  }
  return assert.fail('no snapshot came within 30 s')
}

function snapshotsIn(dir: string): readonly string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.heapsnapshot'))
}

/** How often each word is anywhere in the process: in what is free, in buffers, in the kernel's copies of them. */
function countInMemory(pid: number): Record<string, number> {
  const counts: Record<string, number> = {}
  const file = openSync(`/proc/${pid}/mem`, 'r')
  const bytes = Buffer.alloc(piece + 64)
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
    if (from === undefined || to === undefined) continue
    for (let at = Number.parseInt(from, 16); at < Number.parseInt(to, 16); at += piece) {
      let read = 0
      try {
        read = readSync(file, bytes, 0, Math.min(bytes.length, Number.parseInt(to, 16) - at), at)
      } catch {
        // What is reserved and not there.
        continue
      }
      for (const word of all)
        for (const form of [Buffer.from(word), Buffer.from(word, 'utf16le')])
          for (let found = bytes.subarray(0, read).indexOf(form); found >= 0;) {
            counts[word] = (counts[word] ?? 0) + 1
            found = bytes.subarray(0, read).indexOf(form, found + 1)
          }
    }
  }
  closeSync(file)
  return counts
}
