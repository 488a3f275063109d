// Files that are large, cut short, too many, or find no room; and what a stop leaves of them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { child, textOf } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { cannotMount, fill, mountDisk } from './disk.ts'
import { askSlot, fetchFile, putFile, slotFor, upload } from './files.ts'
import { foundIn } from './in-clear.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { Raw } from './raw.ts'
import { untilReady } from './readiness.ts'
import { testServer, type TestServer } from './server.ts'

const megabyte = 1_048_576
const ns = 'urn:xmpp:http:upload:0'

async function withServer(
  settings: Readonly<Record<string, string>>,
  use: (server: TestServer, ann: Client, bo: Client) => Promise<void>,
): Promise<void> {
  const server = await testServer(settings)
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    await use(server, await comeOnline(server, 'ann'), await comeOnline(server, 'bo'))
  } finally {
    await server.remove()
  }
}

async function share(
  server: TestServer,
  { from, to }: Record<'from' | 'to', Client>,
  url: string,
): Promise<void> {
  say(from, to.jid.split('/')[0] ?? '', url, `share-${url.length}-${url.slice(-30)}`)
  assert.equal(bodyOf(await nextMessage(to)), url)
  assert.doesNotMatch(server.log(), /"level":"error"/)
}

/** Kilobytes that are the process's own. */
function residentKb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1])
}

/** Sends `megabytes` of a counted pattern. @returns the status, and the SHA-256 of what was sent */
async function putLarge(url: string, megabytes: number): Promise<readonly [number, string]> {
  const hash = createHash('sha256')
  const sent = request(url, { method: 'PUT', headers: { 'content-length': megabytes * megabyte } })
  for (let n = 0; n < megabytes; n++) {
    const piece = Buffer.alloc(megabyte, n)
    hash.update(piece)
    if (!sent.write(piece)) await once(sent, 'drain')
  }
  sent.end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  return [answer.statusCode, hash.digest('hex')]
}

test('100 MB go up and down in constant memory', async () => {
  await withServer({}, async (server, ann, bo) => {
    // The first file brings code and buffers in, whatever its size.
    const first = await slotFor(ann, { name: 'first.bin', size: 20 * megabyte })
    assert.equal((await putLarge(first.put, 20))[0], 201)
    const slot = await slotFor(ann, { name: 'film.bin', size: 100 * megabyte })
    const before = residentKb(server.pid())
    let most = before
    const watching = setInterval(() => {
      most = Math.max(most, residentKb(server.pid()))
    }, 20)
    const [status, sha256] = await putLarge(slot.put, 100)
    assert.equal(status, 201)
    await share(server, { from: ann, to: bo }, slot.get)
    const answer = await fetch(slot.get)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of answer.body ?? []) {
      hash.update(piece)
      bytes += piece.length
    }
    clearInterval(watching)
    assert.deepEqual([bytes, hash.digest('hex')], [100 * megabyte, sha256])
    const tail = await fetchFile(slot.get, { range: `bytes=${99 * megabyte}-${99 * megabyte + 9}` })
    assert.deepEqual(tail.bytes, Buffer.alloc(10, 99))
    assert.ok(most - before < 60_000, `it grew by ${most - before} kB`)
  })
})

test('kill -9 in the middle of an upload leaves nothing of it, and all that was uploaded before', async () => {
  await withServer({}, async (server, ann, bo) => {
    const kept = await upload(ann, 'kept.bin', Buffer.alloc(50_000, 1))
    await share(server, { from: ann, to: bo }, kept)
    const staged = await upload(ann, 'staged.bin', Buffer.alloc(50_000, 2))
    const slot = await slotFor(ann, { name: 'cut.bin', size: 20 * megabyte })
    const { pathname } = new URL(slot.put)
    const raw = await Raw.connect(server.ports.http)
    raw.send(`PUT ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: ${20 * megabyte}\r\n\r\n`)
    raw.send(Buffer.alloc(5 * megabyte, 3))
    while (filesIn(server, 'unfinished').length === 0) await new Promise(setImmediate)
    await server.kill()
    assert.equal(filesIn(server, 'unfinished').length, 1)
    await server.start()
    assert.deepEqual(filesIn(server, 'unfinished'), [])
    assert.equal((await fetchFile(slot.get)).status, 404)
    assert.equal((await fetchFile(kept)).bytes.length, 50_000)
    const again = await comeOnline(server, 'ann')
    const other = await comeOnline(server, 'bo')
    await share(server, { from: again, to: other }, staged)
    assert.equal((await fetchFile(staged)).bytes.length, 50_000)
    assert.equal(await server.stop(), 0)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
  })
})

test('a message that named a file keeps it through kill -9 as soon as it was delivered', async () => {
  await withServer({}, async (server, ann, bo) => {
    const url = await upload(ann, 'kept.bin', Buffer.alloc(1_000, 1))
    await share(server, { from: ann, to: bo }, url)
    await server.kill()
    await server.start()
    assert.equal((await fetchFile(url)).status, 200)
  })
})

test('an upload that ends early is none', async () => {
  await withServer({}, async (server, ann) => {
    const slot = await slotFor(ann, { name: 'cut.bin', size: 100_000 })
    const { pathname } = new URL(slot.put)
    const raw = await Raw.connect(server.ports.http)
    raw.send(`PUT ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nnot all`)
    while (filesIn(server, 'unfinished').length === 0) await new Promise(setImmediate)
    raw.socket.destroy()
    while (filesIn(server, 'unfinished').length > 0) await new Promise(setImmediate)
    const chunked = await Raw.connect(server.ports.http)
    const answer = await chunked
      .send(`PUT ${pathname} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)
      .until('\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 404/, 'the slot was used')
    assert.doesNotMatch(server.log(), /"level":"error"/)
  })
})

test('what is too large, too much or of a refused type is refused before it is uploaded', async () => {
  const settings = {
    ONRECORD_UPLOAD_BYTES_MAX: '5000',
    ONRECORD_UPLOAD_BYTES_PER_DAY: '8000',
    ONRECORD_UPLOAD_REFUSED_TYPES: 'video/*, application/x-executable',
  }
  await withServer(settings, async (server, ann) => {
    const info = await ann.ask(
      'get',
      `<query xmlns='http://jabber.org/protocol/disco#info'/>`,
      `upload.${server.domain}`,
    )
    const text = JSON.stringify(info)
    for (const told of [
      '"store"',
      '"file"',
      'max-file-size',
      '"5000"',
      'x-refused-types',
      '"video/*"',
    ])
      assert.ok(text.includes(told), told)
    const refusal = async (file: Parameters<typeof askSlot>[1]): Promise<string> =>
      JSON.stringify(child(await askSlot(ann, file), 'error', 'jabber:client') ?? null)
    const large = await refusal({ name: 'a.bin', size: 5_001 })
    assert.match(large, /"not-acceptable".*"file-too-large".*"5000"/)
    assert.match(await refusal({ name: 'a.mp4', size: 10, type: 'video/mp4' }), /"not-acceptable"/)
    assert.match(await refusal({ name: 'a.bin', size: 0 }), /"bad-request"/)
    const elf = await slotFor(ann, { name: 'tool', size: 2_000 })
    const program = Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(1_996)])
    assert.equal((await putFile(elf.put, program)).status, 415)
    await upload(ann, 'a.bin', Buffer.alloc(5_000))
    const much = await askSlot(ann, { name: 'b.bin', size: 4_000 })
    const error = child(much, 'error', 'jabber:client')
    assert.ok(error)
    assert.equal(error.attrs['type'], 'wait')
    const stamp = Date.parse(child(error, 'retry', ns)?.attrs['stamp'] ?? '')
    assert.ok(stamp > Date.now() + 23 * 3_600_000 && stamp < Date.now() + 25 * 3_600_000)
    assert.match(textOf(child(error, 'text', 'urn:ietf:params:xml:ns:xmpp-stanzas')), /24 hours/)
    await upload(ann, 'c.bin', Buffer.alloc(3_000))
  })
})

test('neither what is in a file nor its name lies in clear in any file', async () => {
  await withServer({}, async (server, ann, bo) => {
    const words = ['canarycontent-3301', 'canaryname-7742']
    const url = await upload(
      ann,
      `${words[1]}.txt`,
      Buffer.from(words[0]?.repeat(5_000) ?? ''),
      'text/plain',
    )
    // Who has read the rows cannot fetch either.
    words.push(/files\/([\w-]{22})/.exec(url)?.[1] ?? '')
    const staged = foundIn(server.dir, words)
    await share(server, { from: ann, to: bo }, url)
    assert.match((await fetchFile(url)).headers.get('content-disposition') ?? '', /canaryname/)
    const served = foundIn(server.dir, words)
    await server.stop()
    assert.deepEqual([staged, served, foundIn(server.dir, words)], [[], [], []])
    assert.doesNotMatch(server.log(), /canary/)
  })
})

test(
  'a full disk refuses an upload with a sentence, and takes it when there is room again',
  { skip: cannotMount },
  async () => {
    const disk = mountDisk(128)
    const server = await testServer({}, disk.dir)
    try {
      await server.start()
      addPeople(server, 'ann', 'bo')
      const ann = await comeOnline(server, 'ann')
      const bytes = Buffer.alloc(4 * megabyte, 9)
      const slot = await slotFor(ann, { name: 'large.bin', size: bytes.length })
      const ballast = fill(disk.dir)
      // That took long: connections that the server has closed meanwhile are seen as closed.
      await ann.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
      const refused = await putFile(slot.put, bytes)
      assert.deepEqual([refused.status, /no room/.test(refused.text)], [507, true])
      assert.deepEqual(filesIn(server, 'unfinished'), [])
      rmSync(ballast)
      await untilReady(server)
      await upload(ann, 'large.bin', bytes)
    } finally {
      await server.remove()
      disk.remove()
    }
  },
)

function filesIn(server: TestServer, folder: string): string[] {
  return readdirSync(join(server.data, 'files', folder))
}
