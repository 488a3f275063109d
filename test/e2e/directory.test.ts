// Somebody leaves while he is signed in, and owns a room; people of a directory server come and go; and the server is killed in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Attribute, Change } from 'ldapts'
import { addPeople, comeOnline } from './people.ts'
import { type TestServer, testServer } from './server.ts'
import { Client } from '../client/client.ts'
import { createAuthority } from '../support/authority.ts'
import {
  groupDn,
  groupLdif,
  noSlapd,
  personDn,
  personLdif,
  type Slapd,
  startSlapd,
} from '../support/slapd.ts'

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

async function joinsDesk(slapd: Slapd, uid: string): Promise<void> {
  const modification = new Attribute({ type: 'member', values: [personDn(uid)] })
  const change = new Change({ operation: 'add', modification })
  await slapd.change(async (admin) => await admin.modify(groupDn('Desk'), [change]))
}

async function signInAs(server: TestServer, user: string, password: string): Promise<Client> {
  const { domain, ports } = server
  const over = { over: 'starttls', port: ports.xmpp, mechanism: 'PLAIN' } as const
  return await Client.signIn({ user, password, domain, ...over })
}

test(
  'people of a directory server sign in with their password there, and are cut off within a minute when they are gone there',
  { skip: noSlapd },
  async () => {
    const people = ['anna', 'ben', 'cy'].map((uid) => personLdif(uid, `displayName: The ${uid}`))
    const slapd = await startSlapd(
      createAuthority(),
      [...people, groupLdif('Desk', personDn('anna'))].join(''),
    )
    const server = await testServer({ ...slapd.env, ONRECORD_LDAP_SYNC_SECONDS: '1' })
    try {
      await server.start()
      assert.equal(server.run(['ldap', 'sync']).status, 0)
      const anna = `anna@${server.domain}`
      const before = new Date().toISOString()
      assert.match(server.run(['user', 'show', anna]).out, /^name\tThe anna$/m)
      const client = await signInAs(server, 'anna', 'password of anna')
      await assert.rejects(signInAs(server, 'anna', 'password of ben'), /not-authorized/)
      await assert.rejects(signInAs(server, 'nobody', 'password of ben'), /not-authorized/)
      const { domain, ports } = server
      const scram = {
        user: 'anna',
        password: 'password of anna',
        domain,
        port: ports.xmpp,
      } as const
      await assert.rejects(
        Client.signIn({ ...scram, over: 'starttls', mechanism: 'SCRAM-SHA-256' }),
      )

      await joinsDesk(slapd, 'ben')
      const ben = `ben@${server.domain}`
      const began = Date.now()
      // By itself, and dated: which group was he in before?
      while (!/^groups\tdesk$/m.test(server.run(['user', 'show', ben]).out))
        assert.ok(Date.now() - began < 60_000)
      assert.match(server.run(['user', 'show', ben, '--at', before]).out, /^in no group/)

      await slapd.change(async (admin) => await admin.del(personDn('anna')))
      while ((await client.nextOrEnd()) !== null);
      await assert.rejects(signInAs(server, 'anna', 'password of anna'), /not-authorized/)
      assert.match(server.run(['user', 'show', anna]).out, /^state\tsuspended by ldap$/m)

      await slapd.kill()
      await assert.rejects(signInAs(server, 'ben', 'password of ben'), /temporary-auth-failure/)
      await server.kill()
      await server.start()
      assert.match(server.run(['user', 'list']).out, /^ben@\S+\tmember\tactive\tThe ben$/m)
      assert.match(server.run(['ldap', 'sync']).err, /cannot be reached/)
      await slapd.start()
      const again = await signInAs(server, 'ben', 'password of ben')
      again.close()
      assert.doesNotMatch(server.log(), /The anna|The ben|password of/)
      assert.equal(await server.stop(), 0)
      assert.equal(server.run(['verify']).status, 0)
    } finally {
      await server.remove()
      await slapd.remove()
    }
  },
)
