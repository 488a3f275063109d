// A lost key file, and the paper that brings it back.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer } from './server.ts'

test('the printed kit makes the key file again, and the record opens and verifies', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
    say(ann, `bo@${server.domain}`, 'before the loss', 'm1')
    assert.equal(bodyOf(await nextMessage(bo)), 'before the loss')
    await server.stop()
    const kit = server.said()

    const keyFile = join(server.dir, 'keys/vault.key')
    const before = readFileSync(keyFile, 'latin1')
    rmSync(keyFile)
    const lost = server.run(['verify'])
    assert.equal(lost.status, 1)
    assert.match(lost.err, /onrecord key restore/)
    const misread = server.run(['key', 'restore'], withLetterChanged(kit))
    assert.deepEqual([misread.status, existsSync(keyFile)], [1, false])
    assert.match(misread.err, /checksum does not fit/)

    const restored = server.run(['key', 'restore'], kit)
    assert.equal(restored.status, 0, restored.err)
    assert.equal(readFileSync(keyFile, 'latin1'), before)
    assert.equal(statSync(keyFile).mode & 0o777, 0o600)
    const again = server.run(['key', 'restore'], kit)
    assert.equal(again.status, 1)
    assert.match(again.err, /already: nothing was changed/)
    await server.start()
    assert.equal(await server.stop(), 0)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.err)
  } finally {
    await server.remove()
  }
})

test('keys are turned and put on paper while the server runs, and the shares open what it leaves', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
    assert.match(
      readFileSync(`/proc/${server.pid()}/limits`, 'latin1'),
      /^Max core file size +0 +0 /m,
    )
    const old = server.said()
    const turned = server.run(['key', 'turn'])
    assert.equal(turned.status, 0, turned.err)
    assert.match(turned.out, /the vault is in epoch 2/)
    say(ann, `bo@${server.domain}`, 'after the turn', 'm1')
    assert.equal(bodyOf(await nextMessage(bo)), 'after the turn')
    const shares = server.run(['key', 'shares', '--threshold', '2', '--of', '3'])
    assert.equal(shares.status, 0, shares.err)
    const listed = server.run(['key', 'list'])
    assert.match(listed.out, /^current\tfile\t.*\tthere$/m)
    assert.match(listed.out, /^paper\tshares, 2 of 3\topens the vault\t/m)
    assert.match(server.run(['key', 'shares', '--of', '3']).err, /--threshold is a number/)
    await server.stop()

    rmSync(join(server.dir, 'keys/vault.key'))
    const late = server.run(['key', 'restore'], old)
    assert.equal(late.status, 1)
    assert.match(late.err, /this kit is that of key \w+, and the vault needs/)
    const [first = '', , third = ''] = shares.out.split(/(?=ONRECORD RECOVERY SHARE)/)
    const restored = server.run(['key', 'restore'], `${third}${first}`)
    assert.equal(restored.status, 0, restored.err)
    await server.start()
    assert.equal(await server.stop(), 0)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.err)
  } finally {
    await server.remove()
  }
})

test('the kit is printed as soon as there is a key: when the start fails after that, and when another command makes it', async () => {
  const kit = /^ {4}[A-Z2-7]{4}(-[A-Z2-7]{4}){6}$/m
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const server = await testServer()
  try {
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : assert.fail()
    const refused = server.run(['serve'], '', { ONRECORD_HTTP_PORT: port })
    assert.equal(refused.status, 1)
    assert.match(refused.err, /is taken by another program/)
    assert.match(refused.out, kit)
    const extra = {
      ONRECORD_DATA: join(server.dir, 'data2'),
      ONRECORD_KEY_FILE: join(server.dir, 'keys2/vault.key'),
    }
    const added = server.run(
      ['user', 'add', `ann@${server.domain}`, '--password-stdin'],
      'pw',
      extra,
    )
    assert.equal(added.status, 0)
    assert.match(added.err, kit)
  } finally {
    taken.close()
    await server.remove()
  }
})

/** The first letter of the code, which stands in a line of its own. */
function withLetterChanged(kit: string): string {
  return kit.replace(/^( {4})([A-Z2-7])(?=[A-Z2-7]{3}-)/m, (_all, indent: string, letter: string) =>
    [indent, letter === 'A' ? 'B' : 'A'].join(''),
  )
}
