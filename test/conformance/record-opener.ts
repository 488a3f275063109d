import assert from 'node:assert/strict'
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { type RecordOpener } from '../../src/record/bodies/ports.ts'
import { RecordUnreadable } from '../../src/record/errors.ts'
import { bodiesFolder, type BodiesFolder } from '../support/bodies-folder.ts'

type Open = (t: TestContext, folder: BodiesFolder) => Promise<RecordOpener>

/** What every RecordOpener promises. Each one runs it, over the same kind of folder; a new promise is added here. */
export function recordOpenerConformance(name: string, open: Open): void {
  const given = (what: string, check: (scene: Scene) => Promise<void>): void => {
    test(`${name}: ${what}`, async (t) => {
      const folder = await bodiesFolder(t)
      await check({ folder, open: async () => await open(t, folder) })
    })
  }
  opens(given)
  refuses(given)
}

type Scene = { readonly folder: BodiesFolder; readonly open: () => Promise<RecordOpener> }
type Given = (what: string, check: (scene: Scene) => Promise<void>) => void

function opens(given: Given): void {
  given('a record is opened as it was accepted', async ({ folder, open }) => {
    const [position = -1] = await folder.say('zwei ü 😀')
    const opener = await open()
    const [opened] = await opener.open([position])
    assert.ok(opened)
    const { entry, envelope, ...rest } = opened
    assert.deepEqual(rest, {
      position,
      stanzaId: folder.keys.stanzaId(position),
      content: 'zwei ü 😀',
      wire: '<message><body>zwei ü 😀</body></message>',
      files: '',
    })
    assert.equal(entry, readFileSync(bodiesOf(folder)).toString('latin1', 0, 112))
    const { stanza_id: id, conv_seq: seq } = JSON.parse(envelope)
    assert.deepEqual([id, seq], [rest.stanzaId, 0])
  })

  given('they come in the order in which they were asked for', async ({ folder, open }) => {
    await folder.say('a', 'b', 'c', 'd')
    const opener = await open()
    assert.deepEqual(await textsOf(opener, [3, 0, 2]), ['d', 'a', 'c'])
  })

  given('of much it opens the first, and one at least', async ({ folder, open }) => {
    const [half, all] = ['x'.repeat(250_000), 'y'.repeat(600_000)]
    // Each text is in a record twice: as content and in the stanza.
    await folder.say(half, half, half, all, 'small')
    const opener = await open()
    assert.deepEqual(await textsOf(opener, [0, 1, 2, 3, 4]), [half, half])
    assert.deepEqual(await textsOf(opener, [3, 4]), [all])
    assert.deepEqual(await textsOf(opener, [4, 0]), ['small', half])
  })

  given('what was integrated later is found', async ({ folder, open }) => {
    await folder.say('a')
    const opener = await open()
    assert.deepEqual(await textsOf(opener, [0]), ['a'])
    await folder.say('b')
    assert.deepEqual(await textsOf(opener, [0, 1]), ['a', 'b'])
  })

  given('a bucket that was made later is found', async ({ folder, open }) => {
    await folder.say('november')
    const opener = await open()
    assert.deepEqual(await textsOf(opener, [0]), ['november'])
    // The vault had this month and the next when it was opened.
    folder.wait(92 * 24 * 3_600_000)
    await folder.say('february')
    assert.deepEqual(await textsOf(opener, [0, 1]), ['november', 'february'])
    assert.ok(existsSync(join(folder.dataDir, 'bodies/3')))
  })

  given('what is asked for side by side is answered to each', async ({ folder, open }) => {
    const positions = await folder.say(...Array.from({ length: 40 }, (_, n) => `text ${n}`))
    const opener = await open()
    const each = await Promise.all(
      positions.map(async (position) => await textsOf(opener, [position, 0])),
    )
    assert.deepEqual(
      each,
      positions.map((n) => [`text ${n}`, 'text 0']),
    )
  })
}

function refuses(given: Given): void {
  given('what is not integrated is refused by its position', async ({ folder, open }) => {
    await folder.say('a')
    const opener = await open()
    await assert.rejects(opener.open([0, 7]), unreadable(7, 'it is not in the archive'))
    await assert.rejects(opener.open([5, 6]), unreadable(5, 'it is not in the archive'))
    assert.deepEqual(await textsOf(opener, [0]), ['a'], 'it goes on')
  })

  given(
    'what was opened before is not opened any more when its key is destroyed',
    async (scene) => {
      const { folder, open } = scene
      await folder.say('november')
      folder.wait(31 * 24 * 3_600_000)
      await folder.say('december')
      const opener = await open()
      assert.deepEqual(await textsOf(opener, [0, 1]), ['november', 'december'])
      await folder.destroyBucket(1)
      await assert.rejects(opener.open([0, 1]), unreadable(0, 'its key is destroyed'))
      assert.deepEqual(await textsOf(opener, [1]), ['december'])
    },
  )

  given('a changed byte is found, and nothing of the record is shown', async (scene) => {
    const { folder, open } = scene
    await folder.say('a', 'b')
    const opener = await open()
    const bytes = readFileSync(bodiesOf(folder))
    for (const [at, why] of [
      [0, 'entry version 0 is not known'],
      [24, /bytes, its entry says/],
      [32, 'the body does not open under the key of its place'],
      [200, 'the body does not open under the key of its place'],
    ] as const) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      writeFileSync(bodiesOf(folder), changed)
      await assert.rejects(opener.open([1, 0]), unreadable(0, why), `byte ${at}`)
    }
    truncateSync(bodiesOf(folder), 90)
    await assert.rejects(opener.open([0]), unreadable(0, 'an entry has 112 bytes, not 90'))
  })

  given('a row that points at another record does not show that one', async (scene) => {
    const { folder, open } = scene
    await folder.say('a', 'b')
    const opener = await open()
    const db = new DatabaseSync(join(folder.dataDir, 'mailbox.db'))
    db.exec(`UPDATE record SET (offset, length) =
      (SELECT offset, length FROM record WHERE position = 1) WHERE position = 0`)
    db.close()
    await assert.rejects(opener.open([0]), unreadable(0, 'another record lies in its place'))
    assert.deepEqual(await textsOf(opener, [1]), ['b'])
  })
}

/** The only bucket. */
function bodiesOf({ dataDir }: BodiesFolder): string {
  return join(dataDir, 'bodies/1')
}

function unreadable(position: number, why: string | RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof RecordUnreadable, String(error))
    assert.equal(error.position, position)
    assert.equal(error.message, `record ${position} cannot be read: ${error.why}`)
    if (typeof why === 'string') assert.equal(error.why, why)
    else assert.match(error.why, why)
    return true
  }
}

async function textsOf(opener: RecordOpener, positions: readonly number[]): Promise<string[]> {
  const opened = await opener.open(positions)
  assert.deepEqual(
    opened.map(({ position }) => position),
    positions.slice(0, opened.length),
  )
  return opened.map(({ content }) => content)
}
