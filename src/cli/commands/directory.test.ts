// The commands as they are typed, over a data folder without a server.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

test('a person is described, put into groups, and asked about at a day and a position', async (t) => {
  const { dir, type } = typing(t)
  for (const name of ['ann', 'bo'])
    await type('user', 'add', `${name}@localhost`, '--password-stdin')
  const photo = join(dir, 'ann.png')
  writeFileSync(photo, Buffer.from('89504e470d0a1a0a00', 'hex'))
  const said = ['--name', 'Ann Ample', '--job', 'Trader', '--manager', 'bo@localhost']
  const set = await type('user', 'set', 'ann@localhost', ...said, '--photo', photo)
  assert.equal(set.status, 0, set.err)
  await type('group', 'add', 'traders', '--name', 'The traders')
  await type('group', 'add', 'bank')
  await type('group', 'members', 'traders', '--add', 'ann@localhost')
  const nested = await type('group', 'members', 'bank', '--add-group', 'traders')
  assert.equal(nested.status, 0, nested.err)
  const shown = (await type('user', 'show', 'ann@localhost')).out
  assert.match(shown, /^state\tactive$/m)
  assert.match(shown, /^name\tAnn Ample$/m)
  assert.match(shown, /^manager\tbo@localhost$/m)
  assert.match(shown, /^photo\tyes$/m)
  assert.match(shown, /^groups\tbank, traders$/m)
  assert.match((await type('user', 'list')).out, /^ann@localhost\tmember\tactive\tAnn Ample$/m)
  assert.match((await type('group', 'list')).out, /^bank\tbank\t0 people\t1 groups\there$/m)
  assert.match((await type('group', 'show', 'bank')).out, /^group\ttraders\nby a group\tann@/)

  const circle = await type('group', 'members', 'traders', '--add-group', 'bank')
  assert.match(circle.err, /bank cannot be in traders, which is in bank/)
  const position = '6'
  assert.equal((await type('group', 'remove', 'traders')).status, 0)
  const today = new Date().toISOString().slice(0, 10)
  const at = async (moment: string): Promise<string> =>
    (await type('user', 'show', 'ann@localhost', '--at', moment)).out
  assert.equal(await at(position), 'bank\ntraders')
  assert.equal(await at('5'), 'traders')
  assert.equal(await at(today), `in no group at ${today}`)
  assert.match((await type('group', 'show', 'bank', '--at', position)).out, /by a group\tann@/)
  const wrong = await type('user', 'show', 'ann@localhost', '--at', 'yesterday')
  assert.match(wrong.err, /is no day such as/)
  assert.equal((await type('user', 'show', 'ann@localhost', '--at', '2099-01-01')).status, 1)
  assert.equal((await type('user', 'show', 'ann@localhost', '--at', '99')).status, 1)
  assert.equal((await type('user', 'set', 'ann@localhost')).status, 2)
})

test('who leaves signs in no more, and the periods that count from it begin; saying so again does nothing twice', async (t) => {
  const { type } = typing(t)
  for (const name of ['ann', 'bo'])
    await type('user', 'add', `${name}@localhost`, '--password-stdin')
  const first = await type('user', 'leave', 'ann@localhost', '--json')
  assert.equal(first.status, 0, first.err)
  assert.partialDeepStrictEqual(JSON.parse(first.out), { hadLeft: false, leaver: 3, rooms: [] })
  const again = JSON.parse((await type('user', 'leave', 'ann@localhost', '--json')).out)
  assert.partialDeepStrictEqual(again, { hadLeft: true, leaver: null })
  assert.match((await type('user', 'show', 'ann@localhost')).out, /^state\tleft$/m)
  await type('user', 'enable', 'ann@localhost')
  await type('user', 'suspend', 'ann@localhost')
  assert.match((await type('user', 'show', 'ann@localhost')).out, /^state\tsuspended$/m)
})

test('a client gets a password of its own at the machine, which is listed and taken back', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ann@localhost', '--password-stdin')
  const command = ['user', 'app-password', 'ann@localhost'] as const
  assert.equal((await type(...command)).out, 'ann@localhost has no application passwords')
  const made = await type(...command, '--make', 'phone', '--days', '30')
  assert.match(made.out, /^[a-z2-7]{24}$/)
  const [id = ''] = (await type(...command)).out.split('\t')
  assert.match((await type(...command)).out, /^[0-9a-f]{32}\tphone\t\S+\t\S+\tnever used$/)
  assert.equal((await type(...command, '--revoke', 'x')).status, 1)
  assert.equal((await type(...command, '--revoke', id)).status, 0)
  await type(...command, '--make', 'desk')
  assert.match((await type(...command, '--revoke-all')).out, /took back all/)
  assert.equal((await type(...command)).out, 'ann@localhost has no application passwords')
  assert.equal((await type(...command, '--make', 'x', '--days', '0')).status, 1)
  assert.equal((await type(...command, '--make', 'x', '--revoke', id)).status, 2)
})

test('somebody is made one of the provisioning service’s and let go of again, and so is a group', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ann@localhost', '--password-stdin', '--role', 'administrator')
  const linked = await type('scim', 'link', 'ann@localhost', '--id', 'a-1')
  assert.equal(linked.status, 0, linked.err)
  assert.match((await type('user', 'show', 'ann@localhost')).out, /^kept in\tscim$/m)
  const refused = await type('user', 'set', 'ann@localhost', '--name', 'Ann')
  assert.match(refused.err, /is changed where it is kept \(scim\)/)
  assert.equal((await type('scim', 'release', 'ann@localhost')).status, 0)
  assert.equal((await type('user', 'set', 'ann@localhost', '--name', 'Ann')).status, 0)
  await type('group', 'add', 'traders')
  const here = await type('scim', 'release', 'traders', '--group')
  assert.match(here.err, /No provisioning service keeps a group traders/)
  assert.match((await type('scim', 'release', 'bo@localhost')).err, /Nobody has the address/)
})

test('a guest is invited, let stay, and ended at the machine, under the name of somebody of the company', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ann@localhost', '--password-stdin')
  await type('user', 'add', 'gus@localhost', '--role', 'guest', '--password-stdin')
  assert.equal((await type('guest', 'list')).out, 'there are no guests')
  const room = 'e'.repeat(32)
  const terms = ['--room', room, '--until', new Date(Date.now() + 86_400_000).toISOString()]
  assert.match((await type('guest', 'invite', ...terms)).err, /name a sponsor/)
  const sponsor = ['--sponsor', 'ann@localhost']
  assert.match((await type('guest', 'invite', ...terms, ...sponsor)).out, /\/join#[0-9a-f]{36}$/)
  assert.equal((await type('guest', 'invite', ...sponsor)).status, 2)
  const nowhere = ['--room', 'none@conference.localhost', ...terms.slice(2), ...sponsor]
  assert.match((await type('guest', 'set', 'gus@localhost', ...nowhere)).err, /No room has/)
  assert.equal((await type('guest', 'set', 'ann@localhost', ...terms, ...sponsor)).status, 1)
  assert.equal((await type('guest', 'set', 'gus@localhost', ...terms, ...sponsor)).status, 0)
  const listed = (await type('guest', 'list')).out
  assert.match(listed, new RegExp(`^gus@localhost\tin\t\\S+\tann@localhost\t${room}$`))
  assert.equal((await type('guest', 'end', 'gus@localhost')).status, 0)
  assert.match((await type('guest', 'list')).out, /^gus@localhost\tout\t/)
})

test('a room that is not there follows nothing, and says so', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ann@localhost', '--password-stdin')
  const tea = 'tea@conference.localhost'
  const follow = await type('room', 'follow', tea, '--member', 'traders')
  assert.deepEqual([follow.status, /no room tea@/.test(follow.err)], [1, true], follow.err)
  assert.equal((await type('room', 'follow', tea)).status, 2)
  assert.equal((await type('room', 'groups', tea)).status, 1)
  assert.equal((await type('room', 'unfollow', tea)).status, 1)
})

test('those of a group are made contacts, shown, and made none', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ann@localhost', '--password-stdin')
  await type('group', 'add', 'traders', '--name', 'The traders')
  const set = await type('group', 'contacts', 'traders', '--to', 'traders')
  assert.deepEqual([set.status, set.out], [0, 'traders\tThe traders\t0 people'], set.err)
  assert.equal((await type('group', 'contacts', 'traders')).out, set.out)
  assert.equal((await type('group', 'contacts', 'traders', '--none', '--to', 'x')).status, 2)
  assert.equal((await type('group', 'contacts', 'traders', '--none')).status, 0)
  assert.match((await type('group', 'contacts', 'traders')).out, /nobody's contacts/)
  assert.match((await type('audit', 'list')).out, /had the group traders be contacts of traders/)
  assert.equal((await type('verify')).status, 0)
})
