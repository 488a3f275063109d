// Files at a real server: slots over XMPP, bytes over HTTP, and who can fetch them when.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Client } from '../client/client.ts'
import { jpegWithNotes, jpegWithoutNotes } from '../support/images.ts'
import { exifSegment } from '../../src/files/strip/orientation.ts'
import { fetchFile, putFile, slotFor, statusElsewhere, upload } from './files.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer
let ann: Client
let bo: Client

before(async () => {
  server = await testServer()
  await server.start()
  addPeople(server, 'ann', 'bo')
  ann = await comeOnline(server, 'ann')
  bo = await comeOnline(server, 'bo')
})

after(async () => {
  await server.remove()
})

/** Whatever came before, it is served on, and no bug has shown. */
afterEach(() => {
  assert.doesNotMatch(server.log(), /"level":"error"|handler-failed/)
})

async function share(url: string, id: string): Promise<void> {
  say(ann, `bo@${server.domain}`, url, id)
  assert.equal(bodyOf(await nextMessage(bo)), url)
}

test('a file that was uploaded is fetched once a message has named it, and not before', async () => {
  const bytes = Buffer.from('what we have agreed on, in a few words\n'.repeat(1_000))
  const slot = await slotFor(ann, { name: 'très cool.txt', size: bytes.length, type: 'text/plain' })
  assert.match(slot.get, /\/tr%C3%A8s%20cool\.txt$/)
  assert.equal((await fetchFile(slot.get)).status, 404)
  const put = await putFile(slot.put, bytes, 'text/plain')
  assert.equal(put.status, 201, put.text)
  assert.equal((await fetchFile(slot.get)).status, 200, 'who uploaded it may look')
  assert.equal(await statusElsewhere(slot.get), 404)

  await share(slot.get, 'f1')

  const got = await fetchFile(slot.get)
  assert.equal(got.status, 200)
  assert.deepEqual(got.bytes, bytes)
  const header = (name: string): string => got.headers.get(name) ?? ''
  assert.equal(header('content-type'), 'text/plain; charset=utf-8')
  assert.equal(header('x-content-type-options'), 'nosniff')
  assert.equal(header('access-control-allow-origin'), '*')
  assert.match(header('content-security-policy'), /default-src 'none'.*sandbox/)
  assert.match(header('content-disposition'), /^inline; .*filename\*=UTF-8''tr%C3%A8s%20cool\.txt$/)
  const head = await fetch(slot.get, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), String(bytes.length))
})

test('parts are fetched alone', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) & 255))
  const url = await upload(ann, 'data.bin', bytes)
  await share(url, 'f2')
  for (const [range, from, to] of [
    ['bytes=0-0', 0, 1],
    ['bytes=16383-16384', 16_383, 16_385],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=-5', 99_995, 100_000],
    ['bytes=50000-999999', 50_000, 100_000],
  ] as const) {
    const got = await fetchFile(url, { range })
    assert.equal(got.status, 206, range)
    assert.equal(got.headers.get('content-range'), `bytes ${from}-${to - 1}/100000`)
    assert.deepEqual(got.bytes, bytes.subarray(from, to))
  }
  const beyond = await fetchFile(url, { range: 'bytes=100000-' })
  assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */100000'])
  const other = await fetchFile(url, { range: 'bytes=0-1', 'if-range': '"another"' })
  assert.deepEqual([other.status, other.bytes.length], [200, bytes.length])
})

test('what is taken back is gone for everybody, and what was sent anew is there', async () => {
  const url = await upload(ann, 'secret.bin', Buffer.alloc(1_000, 1))
  await share(url, 'f3')
  assert.equal((await fetchFile(url)).status, 200)
  say(bo, `bo@${server.domain}`, `see ${url}`, 'note')
  assert.match(bodyOf(await nextMessage(bo)), /^see /)
  ann.send(
    `<message xmlns='jabber:client' type='chat' to='bo@${server.domain}' id='r3'><retract xmlns='urn:xmpp:message-retract:1' id='f3'/></message>`,
  )
  await ann.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
  assert.equal((await fetchFile(url)).status, 410)
  await share(url, 'f3-again')
  assert.equal((await fetchFile(url)).status, 200)
})

test('photographs go out without what they say of their place', async () => {
  const image = jpegWithNotes(6)
  const url = await upload(ann, 'beach.jpg', image, 'image/jpeg')
  await share(url, 'f4')
  const got = await fetchFile(url)
  assert.deepEqual(got.bytes, jpegWithoutNotes(Buffer.from(exifSegment(6))))
  assert.equal(got.headers.get('content-type'), 'image/jpeg')
})

test('a page is fetched as a file to be kept, and not as a page', async () => {
  const url = await upload(
    ann,
    'page.html',
    Buffer.from('\x01<script>alert(1)</script>'),
    'text/html',
  )
  await share(url, 'f5')
  const { headers } = await fetchFile(url)
  assert.equal(headers.get('content-type'), 'application/octet-stream')
  assert.match(headers.get('content-disposition') ?? '', /^attachment/)
})

test('addresses that were never given out, or are written otherwise, lead nowhere', async () => {
  const url = await upload(ann, 'a.bin', Buffer.alloc(10))
  await share(url, 'f6')
  const [, token = ''] = /files\/([\w-]{22})\//.exec(url) ?? []
  for (const other of [
    token.slice(0, 21),
    `${token}A`,
    token.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    '../upload',
    '',
    "' OR 1=1 --",
  ]) {
    const path = `http://127.0.0.1:${server.ports.http}/files/${encodeURIComponent(other)}/a.bin`
    const { status } = await fetchFile(path)
    assert.equal(status, 404, other)
  }
  const long = `http://127.0.0.1:${server.ports.http}/files/${'x'.repeat(5_000)}/a.bin`
  assert.equal((await fetchFile(long)).status, 404)
})

test('a slot takes what it is for, once', async () => {
  const bytes = Buffer.alloc(1_000, 7)
  const slot = await slotFor(ann, { name: 'a.png', size: 1_000, type: 'image/png' })
  const wrong = await putFile(slot.put, bytes.subarray(1), 'image/png')
  assert.deepEqual([wrong.status, /1000 bytes/.test(wrong.text)], [400, true])
  assert.equal((await putFile(slot.put, bytes, 'image/jpeg')).status, 415)
  assert.equal((await putFile(slot.put.replace(/upload\/./, 'upload/_'), bytes)).status, 404)
  assert.equal((await putFile(slot.get, bytes)).status, 404)
  const plain = await slotFor(ann, { name: 'a.bin', size: 1_000 })
  assert.equal((await putFile(plain.put, bytes)).status, 201)
  assert.equal((await putFile(plain.put, bytes)).status, 404)
  const damaged = await slotFor(ann, { name: 'a.jpg', size: 1_000 })
  const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(997, 1)])
  const refused = await putFile(damaged.put, image)
  assert.deepEqual([refused.status, /place/.test(refused.text)], [415, true])
})

test('a file of somebody else is bound by nobody but him', async () => {
  const bytes = Buffer.alloc(100, 3)
  const slot = await slotFor(ann, { name: 'mine.bin', size: 100 })
  assert.equal((await putFile(slot.put, bytes)).status, 201)
  say(bo, `ann@${server.domain}`, slot.get, 'theft')
  assert.equal(bodyOf(await nextMessage(ann)), slot.get)
  assert.equal(await statusElsewhere(slot.get), 404)
  await share(slot.get, 'f7')
  assert.equal(await statusElsewhere(slot.get), 200)
})

test('a page of another origin may upload and fetch', async () => {
  const base = `http://127.0.0.1:${server.ports.http}`
  for (const path of ['/upload/x/y', '/files/x/y']) {
    const asked = await fetch(base + path, { method: 'OPTIONS' })
    assert.equal(asked.status, 204)
    assert.match(asked.headers.get('access-control-allow-methods') ?? '', /PUT/)
    assert.equal(asked.headers.get('access-control-allow-origin'), '*')
  }
})
