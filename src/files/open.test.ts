import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { person } from '../../test/fakes/new-record.ts'
import { filesScene, tokenIn, uploadOf } from '../../test/support/files.ts'
import { readFilesPart } from './part.ts'
import { stagedMs } from './settings.ts'
import { type SlotAnswer } from './slots.ts'

const [ann, bo] = [person(1), person(2)]
const bytes = Buffer.alloc(50_000, 7)

test('an upload is on record with its hash, name, type, size and uploader, and without its key', async (t) => {
  const s = await filesScene(t)
  await s.upload(ann, bytes, 'plan.bin')
  const entry = s.record.entries.at(-1)
  assert.equal(entry?.kind, 'file.upload')
  assert.equal(entry.sender, ann)
  const said: Readonly<Record<string, unknown>> = JSON.parse(entry.content)
  assert.deepEqual(Object.keys(said).toSorted(), ['file', 'name', 'sha256', 'size', 'type', 'v'])
  assert.equal(said['sha256'], createHash('sha256').update(bytes).digest('hex'))
  assert.deepEqual([said['name'], said['size']], ['plan.bin', bytes.length])
})

test('the record of the message that names a file has it with its key, and the rows have the key no longer', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  assert.equal((await s.state.find(tokenIn(url)))?.key?.length, 32)
  await s.say(ann, `see ${url} and ${url}`)
  const [named, ...others] = readFilesPart(s.record.entries.at(-1)?.files ?? '')
  assert.equal(others.length, 0)
  assert.equal(named?.key.length, 32)
  assert.equal(named.size, bytes.length)
  assert.equal((await s.state.find(tokenIn(url)))?.key, null)
})

test('a file is dropped 24 hours after its upload when no message has named it, also over a restart', async (t) => {
  const s = await filesScene(t)
  const [named, one, two] = [
    await s.upload(ann, bytes),
    await s.upload(ann, bytes),
    await s.upload(ann, bytes),
  ]
  await s.say(ann, named)
  s.time.pass(stagedMs - 1)
  await s.files.sweep()
  assert.equal(s.store.ids.length, 3)
  await s.say(ann, one)
  s.time.pass(2)
  await s.restart()
  assert.equal(s.store.ids.length, 2)
  await s.say(ann, two)
  assert.deepEqual(
    [await s.status(named), await s.status(one), await s.status(two)],
    [200, 200, 404],
  )
})

test('a file that is being named is not dropped meanwhile', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  s.time.pass(stagedMs + 1)
  s.record.hold()
  const saying = s.say(ann, url)
  await new Promise(setImmediate)
  await s.files.sweep()
  s.record.release()
  assert.equal((await saying).kind, 'recorded')
  assert.equal(await s.status(url), 200)
})

test('what is on record counts although the rows could not be written, and after a restart too', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  s.breakState(true)
  await s.say(ann, url)
  assert.equal(await s.status(url), 200)
  s.time.pass(stagedMs + 1)
  await s.files.sweep()
  assert.equal(await s.status(url), 200)
  s.breakState(false)
  await s.restart()
  assert.equal(await s.status(url), 200)
  assert.equal((await s.state.find(tokenIn(url)))?.key, null)
})

test('an upload whose entry never came is dropped at the next start', async (t) => {
  const s = await filesScene(t)
  s.record.breakWith(new Error('stopped'))
  await assert.rejects(s.upload(ann, bytes), /stopped/)
  assert.equal(s.store.ids.length, 1)
  s.record.breakWith(null)
  await s.restart()
  assert.deepEqual(s.store.ids, [])
  assert.deepEqual(await s.state.unbound('not on record'), [])
})

test('an upload whose entry was kept although nobody heard of it is there after the next start', async (t) => {
  const s = await filesScene(t)
  const slot = await s.files.slots.request(ann, { name: 'a', size: bytes.length, type: null })
  assert.ok(slot.kind === 'slot')
  s.record.breakWith(new Error('stopped'), 'after')
  await assert.rejects(s.files.receive(tokenIn(slot.put), uploadOf(bytes)), /stopped/)
  s.record.breakWith(null)
  await s.restart()
  await s.say(ann, slot.get)
  assert.equal(await s.status(slot.get), 200)
})

test('when the record or the disk refuses, nothing of an upload is left', async (t) => {
  const s = await filesScene(t)
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await assert.rejects(s.upload(ann, bytes), /not-recorded: The disk is full\./)
  s.record.refuse(null)
  s.store.room(10_000)
  await assert.rejects(s.upload(ann, bytes), /no-space/)
  assert.deepEqual(s.store.ids, [])
  assert.equal(await s.store.removeUnfinished(), 0)
})

test('taken back means gone, whoever has passed the address on', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  const said = await s.say(ann, url, { messageId: 'm1' })
  await s.say(bo, `look: ${url}`)
  assert.equal(readFilesPart(s.record.entries.at(-1)?.files ?? '').length, 1)
  assert.ok(said.kind === 'recorded')
  await s.say(ann, `I took back ${url}`, { kind: 'retraction', refersTo: 'm1' })
  assert.equal(await s.status(url), 410)
  await s.say(bo, `again: ${url}`)
  assert.equal(s.record.entries.at(-1)?.files, '', 'nobody else brings it back')
  assert.equal(await s.status(url), 410)
})

test('a file in a correction goes with the message that is corrected', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  await s.say(ann, 'forgot the file', { messageId: 'm1' })
  await s.say(ann, url, { kind: 'correction', refersTo: 'm1', messageId: 'm2' })
  assert.equal(await s.status(url), 200)
  await s.restart()
  await s.say(ann, '', { kind: 'retraction', refersTo: 'm1' })
  assert.equal(await s.status(url), 410)
})

test('a withheld message has the file on record, and opens it to nobody', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  assert.equal((await s.say(ann, `barrier ${url}`)).kind, 'withheld')
  assert.equal(readFilesPart(s.record.entries.at(-1)?.files ?? '')[0]?.opens, false)
  assert.equal(await s.status(url), 404)
  s.time.pass(stagedMs + 1)
  await s.files.sweep()
  assert.equal(s.store.ids.length, 1)
})

test('who has uploaded a file can look at it for five minutes before it is sent, and nobody else', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  const before = s.record.entries.length
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  assert.equal(await s.status(url, 'uploader'), 404, 'what cannot be put on record is not shown')
  s.record.refuse(null)
  assert.deepEqual([await s.status(url, 'uploader'), await s.status(url)], [200, 404])
  assert.equal(await s.status(url, 'uploader'), 200)
  const looks = s.record.entries.slice(before)
  assert.deepEqual(
    looks.map(({ kind, sender }) => [kind, sender]),
    [['file.look', null]],
    'once on record',
  )
  assert.equal(JSON.parse(looks[0]?.content ?? '').client, 'uploader')
  s.time.pass(300_000)
  assert.equal(await s.status(url, 'uploader'), 404)
  const other = await s.upload(ann, bytes)
  await s.restart()
  assert.equal(await s.status(other, 'uploader'), 404)
})

test('nobody gets a byte of a file that no message has named before that is on record', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  s.record.hold()
  let status: number | null = null
  const looking = s.status(url, 'uploader').then((found) => (status = found))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(status, null)
  assert.equal(s.record.entries.at(-1)?.kind, 'file.look')
  s.record.release()
  await looking
  assert.equal(status, 200)
})

test('a staged file is bound by nobody but who uploaded it', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  await s.say(bo, url)
  assert.equal(s.record.entries.at(-1)?.files, '')
  s.time.pass(stagedMs + 1)
  await s.files.sweep()
  assert.deepEqual(s.store.ids, [])
})

test('who took a file back may send it again', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  await s.say(ann, url, { messageId: 'm1' })
  await s.say(ann, '', { kind: 'retraction', refersTo: 'm1' })
  assert.equal(await s.status(url), 410)
  await s.say(ann, url)
  assert.equal(await s.status(url), 200)
})

test('a message that was not written leaves a file as it was', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  s.record.breakWith(new Error('broken'))
  await assert.rejects(s.say(ann, url), /broken/)
  s.record.breakWith(null)
  assert.equal(await s.status(url), 404)
  s.time.pass(stagedMs + 1)
  await s.files.sweep()
  assert.deepEqual(s.store.ids, [])
})

test('a message may name 20 files', async (t) => {
  const s = await filesScene(t)
  const url = await s.upload(ann, bytes)
  const names = Array.from({ length: 20 }, (_, i) =>
    url.replace(tokenIn(url), String(i).padStart(22, 'x')),
  )
  const said = await s.say(ann, [...names, url].join(' '))
  assert.ok(said.kind === 'refused')
  assert.equal(said.why.reason, 'too-many-files')
  assert.equal((await s.say(ann, [...names.slice(1), url].join(' '))).kind, 'recorded')
})

test('a file that the scanner refuses, or cannot look at, is not there', async (t) => {
  const seen: number[] = []
  const s = await filesScene(t, {
    scanner: {
      async scan(file) {
        let size = 0
        for await (const piece of file.bytes) size += piece.length
        seen.push(size)
        if (size === 3) throw new Error('the scanner is away')
        return size === 2 ? 'refuse' : 'pass'
      },
    },
  })
  await assert.rejects(s.upload(ann, Buffer.alloc(2)), /scanner-refused/)
  await assert.rejects(s.upload(ann, Buffer.alloc(3)), /not-scanned/)
  assert.deepEqual(s.store.ids, [])
  const url = await s.upload(ann, bytes)
  await s.say(ann, url)
  assert.equal(await s.status(url), 200)
  assert.deepEqual(seen, [2, 3, bytes.length])
  assert.equal(s.record.entries.filter(({ kind }) => kind === 'file.upload').length, 1)
})

test('a person has a quota for a day, and is told when there is room again', async (t) => {
  const s = await filesScene(t, { bytesPerDayMax: 100_000, filesPerDayMax: 3 })
  const ask = async (size: number): Promise<SlotAnswer> =>
    await s.files.slots.request(ann, { name: 'a', size, type: null })
  const start = s.time.now()
  await s.upload(ann, bytes)
  s.time.pass(1_000)
  await s.upload(ann, Buffer.alloc(40_000))
  const refused = await ask(20_000)
  assert.ok(refused.kind === 'quota')
  assert.equal(refused.retryAt, start + stagedMs)
  assert.equal((await ask(200_000)).kind, 'too-large')
  assert.equal((await ask(1_000)).kind, 'slot')
  assert.equal((await ask(1_000)).kind, 'quota', 'three files with the open slot')
  assert.equal(
    (await s.files.slots.request(bo, { name: 'a', size: 90_000, type: null })).kind,
    'slot',
  )
  s.time.pass(stagedMs)
  assert.equal((await ask(90_000)).kind, 'slot')
})

test('a slot is good for five minutes, and for one name without folders', async (t) => {
  const s = await filesScene(t)
  const slot = await s.files.slots.request(ann, { name: '../../etc/pass wd', size: 10, type: null })
  assert.ok(slot.kind === 'slot')
  assert.match(slot.get, /^https:\/\/chat\.example\/files\/[\w-]{22}\/pass%20wd$/)
  s.time.pass(300_000)
  const late = await s.files.receive(tokenIn(slot.put), uploadOf(Buffer.alloc(10)))
  assert.ok(late.kind === 'refused')
  assert.equal(late.reason, 'unknown-slot')
  for (const name of ['', '..', 'a/', 'x'.repeat(256)])
    assert.equal(
      (await s.files.slots.request(ann, { name, size: 10, type: null })).kind,
      'bad-request',
    )
})
