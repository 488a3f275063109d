// Somebody leaves while he is signed in, owns a room, and the server is killed in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPeople, comeOnline } from './people.ts'
import { testServer } from './server.ts'

test('who leaves is cut off at once, his room has another owner, and nothing is lost by a kill', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    const [ann, bo] = [`ann@${server.domain}`, `bo@${server.domain}`]
    const room = `tea@conference.${server.domain}`
    const client = await comeOnline(server, 'ann', 'phone')
    const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
    client.send(`<presence xmlns='jabber:client' to='${room}/Ann'>${muc}</presence>`)
    const form = `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>`
    assert.equal((await client.ask('set', form, room)).attrs['type'], 'result')

    const alone = server.run(['user', 'leave', ann])
    assert.match(alone.err, /^onrecord: Nothing was changed: .*--successor/)
    assert.equal(server.run(['user', 'leave', ann, '--successor', ann]).status, 1)
    assert.equal(server.run(['user', 'set', ann, '--manager', bo]).status, 0)
    const left = server.run(['user', 'leave', ann, '--json'])
    assert.equal(left.status, 0, left.err)
    const said = JSON.parse(left.out)
    assert.deepEqual([said.sessions, said.rooms, said.successor], [1, [room], bo])
    while ((await client.nextOrEnd()) !== null);

    await server.kill()
    await server.start()
    const again = JSON.parse(server.run(['user', 'leave', ann, '--json']).out)
    assert.deepEqual([again.hadLeft, again.rooms, again.leaver], [true, [], null])
    assert.match(server.run(['user', 'show', ann]).out, /^state\tleft$/m)
    assert.equal(await server.stop(), 0)
    assert.equal(server.run(['verify']).status, 0)
  } finally {
    await server.remove()
  }
})
