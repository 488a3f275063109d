import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminScene } from '../../../test/support/admin-scene.ts'
import { byPassword } from '../../../test/support/scene.ts'
import { Secret } from '../../base/secret.ts'
import { child, el, Element, elements } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const NS = 'http://jabber.org/protocol/commands'
const items = (node = ` node='${NS}'`): string =>
  `<query xmlns='http://jabber.org/protocol/disco#items'${node}/>`
const ann = 'ann@localhost'

const useCases = [
  'add-user',
  'delete-user',
  'disable-user',
  'reenable-user',
  'end-user-session',
  'change-user-password',
  'get-user-roster',
  'get-user-lastlogin',
  'user-stats',
  'get-registered-users-num',
  'get-disabled-users-num',
  'get-online-users-num',
  'get-active-users-num',
  'get-idle-users-num',
  'get-registered-users-list',
  'get-disabled-users-list',
  'get-online-users-list',
  'get-active-users',
  'get-idle-users',
  'announce',
  'set-motd',
  'edit-motd',
  'delete-motd',
  'set-welcome',
  'delete-welcome',
  'edit-admin',
].map((name) => `http://jabber.org/protocol/admin#${name}`)

test('an administrator sees the commands of section 4, each with its node, and nobody else sees or runs one', async (t) => {
  const { scene, begin } = await adminScene(t, 'ann/phone')
  const listed = async (who: string): Promise<string[]> => {
    const answer = await scene.get(who, items(), 'localhost')
    assert.ok(answer instanceof Element)
    return elements(answer).map(({ attrs }) => attrs['node'] ?? '')
  }
  assert.deepEqual(
    (await listed('boss/desk')).filter((node) => node.includes('admin#')),
    useCases,
  )
  assert.deepEqual(
    (await listed('ann/phone')).filter((node) => node.includes('admin#')),
    [],
  )
  for (const node of useCases) {
    assert.equal((await begin('ann/phone', node)).status, 'forbidden')
    const info = `<query xmlns='http://jabber.org/protocol/disco#info' node='${node}'/>`
    assert.equal(await scene.get('ann/phone', info, 'localhost'), 'forbidden')
    assert.ok((await scene.get('boss/desk', info, 'localhost')) instanceof Element)
  }
  assert.equal((await begin('boss/desk', 'get-user-password')).status, 'item-not-found')
})

test('what was given to one client or program administers nothing, whoever has it', async (t) => {
  const { scene, begin } = await adminScene(t)
  scene.connect('boss/bot', { ...byPassword, key: 'a'.repeat(32) })
  const answer = await scene.get('boss/bot', items(), 'localhost')
  assert.ok(answer instanceof Element)
  const nodes = elements(answer).map(({ attrs }) => attrs['node'] ?? '')
  assert.deepEqual(
    nodes.filter((node) => node.includes('admin#')),
    [],
  )
  for (const node of [...useCases, 'urn:xmpp:invite#create-account'])
    assert.equal((await begin('boss/bot', node)).status, 'forbidden')
  assert.equal((await begin('boss/desk', 'edit-admin')).status, 'executing')
})

test('a person is added, with a card, and the act is on record by whom', async (t) => {
  const { scene, directory, run } = await adminScene(t, 'ann/phone')
  const before = scene.record.entries.length
  const fields = {
    accountjid: 'Ben@localhost',
    password: 'R0m30',
    'password-verify': 'R0m30',
    email: 'ben@example.org',
    given_name: 'Ben',
    surname: 'Capulet',
  }
  const done = await run('boss/desk', 'add-user', fields)
  assert.equal(done.status, 'completed')
  assert.deepEqual(done.notes, ['Added ben@localhost.'])
  const act = scene.record.entries[before]
  assert.equal(act?.kind, 'person.add')
  assert.equal(act?.sender, scene.person('boss').id)
  assert.ok(await directory.checkPassword('ben@localhost', new Secret('R0m30')))
  assert.equal(directory.find('ben@localhost')?.role, 'member')
  const card = await scene.get('ann/phone', `<vCard xmlns='vcard-temp'/>`, 'ben@localhost')
  assert.match(
    card instanceof Element ? serialize(card) : '',
    /<FN>Ben Capulet<\/FN>.*<USERID>ben@example.org</,
  )
  assert.equal((await run('boss/desk', 'add-user', fields)).status, 'conflict')
})

test('who is not added is not on record either', async (t) => {
  const { scene, run } = await adminScene(t)
  const before = scene.record.entries.length
  const add = async (fields: Record<string, string>): Promise<string> =>
    (await run('boss/desk', 'add-user', fields)).status
  const passwords = { password: 'a', 'password-verify': 'a' }
  assert.equal(await add(passwords), 'bad-request/bad-payload')
  assert.equal(await add({ accountjid: 'ben@localhost' }), 'bad-request/bad-payload')
  for (const accountjid of ['ben@elsewhere.org', 'localhost', 'b en@localhost', 'ben@localhost/x'])
    assert.equal(await add({ accountjid, ...passwords }), 'bad-request/bad-payload')
  const accountjid = 'ben@localhost'
  assert.equal(
    await add({ accountjid, password: 'a', 'password-verify': 'b' }),
    'bad-request/bad-payload',
  )
  assert.equal(scene.record.entries.length, before)
})

test('people are disabled, enabled again and deleted, and nobody does that to himself', async (t) => {
  const { scene, directory, run } = await adminScene(t, 'ann/phone')
  const accountjids = [ann]
  assert.equal((await run('boss/desk', 'disable-user', { accountjids })).status, 'completed')
  assert.equal(scene.closedWith('ann/phone'), 'not-authorized')
  assert.equal(directory.find(ann)?.enabled, false)
  const disabled = await run('boss/desk', 'get-disabled-users-list', { max_items: '25' })
  assert.deepEqual(disabled.values.get('disableduserjids'), [ann])
  assert.equal((await run('boss/desk', 'reenable-user', { accountjids })).status, 'completed')
  assert.equal(directory.find(ann)?.enabled, true)
  for (const command of ['delete-user', 'disable-user']) {
    const both = await run('boss/desk', command, { accountjids: [ann, 'boss@localhost'] })
    assert.equal(both.status, 'not-allowed')
  }
  assert.equal(directory.find(ann)?.enabled, true)
  const some = await run('boss/desk', 'delete-user', { accountjids: [ann, 'cy@localhost'] })
  assert.equal(some.status, 'item-not-found')
  assert.equal((await run('boss/desk', 'delete-user', { accountjids })).status, 'completed')
  assert.equal(directory.find(ann), null)
  assert.equal((await run('boss/desk', 'delete-user', {})).status, 'bad-request/bad-payload')
})

test('one session or all of a person end, which is on record before', async (t) => {
  const { scene, run } = await adminScene(t, 'ann/phone', 'ann/desk', 'ann/web')
  const one = await run('boss/desk', 'end-user-session', { accountjids: `${ann}/phone` })
  assert.deepEqual(one.notes, ['Ended 1 session.'])
  assert.equal(scene.closedWith('ann/phone'), 'reset')
  assert.equal(scene.closedWith('ann/desk'), null)
  const all = await run('boss/desk', 'end-user-session', { accountjids: ann })
  assert.deepEqual(all.notes, ['Ended 2 sessions.'])
  const acts = scene.record.entries.filter(({ kind }) => kind === 'session.end')
  assert.deepEqual(
    acts.map(({ content }) => JSON.parse(content).resource),
    ['phone', null],
  )
  const gone = await run('boss/desk', 'end-user-session', { accountjids: `${ann}/phone` })
  assert.equal(gone.status, 'item-not-found')
})

test('a session does not end while its end cannot be put on record', async (t) => {
  const { scene, run } = await adminScene(t, 'ann/phone')
  scene.record.refuse({ reason: 'space', text: 'The disk is full.' })
  const refused = await run('boss/desk', 'end-user-session', { accountjids: ann })
  assert.equal(refused.status, 'resource-constraint')
  assert.equal(scene.closedWith('ann/phone'), null)
})

test('a password is changed, but not that of somebody who opens content', async (t) => {
  const { scene, directory, run, add } = await adminScene(t, 'ann/phone')
  await add('olga', 'officer')
  const password = 'V3r0n4'
  assert.equal(
    (await run('boss/desk', 'change-user-password', { accountjid: ann, password })).status,
    'completed',
  )
  assert.equal(scene.closedWith('ann/phone'), 'not-authorized')
  assert.ok(await directory.checkPassword(ann, new Secret(password)))
  const olga = 'olga@localhost'
  assert.equal(
    (await run('boss/desk', 'change-user-password', { accountjid: olga, password })).status,
    'not-allowed',
  )
  const own = { accountjid: 'boss@localhost', password }
  assert.equal((await run('boss/desk', 'change-user-password', own)).status, 'completed')
  assert.equal(scene.closedWith('boss/desk'), null)
})

test('a roster is shown as it was put on record', async (t) => {
  const { scene, run } = await adminScene(t, 'ann/phone')
  const item = `<item jid='ben@localhost' name='Benny'><group>Friends</group></item>`
  await scene.set('ann/phone', `<query xmlns='jabber:iq:roster'>${item}</query>`)
  const { command, values } = await run('boss/desk', 'get-user-roster', { accountjids: ann })
  assert.deepEqual(values.get('accountjids'), [ann])
  const form = child(command ?? el('none', ''), 'x', 'jabber:x:data')
  const roster = form && child(form, 'query', 'jabber:iq:roster')
  assert.match(
    serialize(roster ?? el('none', '')),
    /<item jid='ben@localhost' subscription='none' name='Benny'><group>Friends<\/group><\/item>/,
  )
  const act = scene.record.entries.at(-1)
  assert.equal(act?.kind, 'roster.read')
  assert.equal(JSON.parse(act?.content ?? '').shown, serialize(form ?? el('none', '')))
})

test('the last sign-in and the devices of a person are told', async (t) => {
  const { scene, run, add } = await adminScene(t, 'ann/phone')
  await add('ben')
  const never = await run('boss/desk', 'get-user-lastlogin', { accountjids: 'ben@localhost' })
  assert.deepEqual([never.status, never.values.get('lastlogin')], ['completed', []])
  const known = await run('boss/desk', 'get-user-lastlogin', { accountjids: ann })
  assert.deepEqual(known.values.get('lastlogin'), ['1970-01-01T00:00:00.000Z'])
  await scene.router.close()
  assert.equal(await scene.signIns.last(scene.person('ann').id), 0)
  const stats = await run('boss/desk', 'user-stats', { accountjid: ann })
  assert.deepEqual(
    ['ipaddresses', 'rostersize', 'onlineresources'].map((name) => stats.values.get(name)),
    [['10.0.0.1'], ['0'], ['phone']],
  )
})

test('people are counted and listed, by whether they are there and at it', async (t) => {
  const { scene, begin, run, add } = await adminScene(t, 'ann/phone', 'ben/web')
  await add('cy')
  await scene.send('ben/web', '<presence><show>away</show></presence>')
  const counts: string[] = []
  for (const kind of ['registered', 'disabled', 'online', 'active', 'idle']) {
    const { status, values } = await begin('boss/desk', `get-${kind}-users-num`)
    assert.equal(status, 'completed')
    counts.push(values.get(`${kind}usersnum`)?.[0] ?? '')
  }
  assert.deepEqual(counts, ['4', '0', '3', '2', '1'])
  const list = async (node: string, field: string, max = '25'): Promise<string> => {
    const { values } = await run('boss/desk', node, { max_items: max })
    return (values.get(field) ?? []).join().replaceAll('@localhost', '')
  }
  assert.equal(await list('get-registered-users-list', 'registereduserjids'), 'ann,ben,boss,cy')
  assert.equal(await list('get-registered-users-list', 'registereduserjids', '2'), 'ann,ben')
  assert.equal(await list('get-online-users-list', 'onlineuserjids', 'none'), 'ann,ben,boss')
  assert.equal(await list('get-active-users', 'activeuserjids'), 'ann,boss')
  assert.equal(await list('get-idle-users', 'activeuserjids'), 'ben')
  const bad = await run('boss/desk', 'get-active-users', { max_items: 'all' })
  assert.equal(bad.status, 'bad-request/bad-payload')
})

test('administrators are made and unmade, but not of officers, and not by oneself', async (t) => {
  const { scene, directory, begin, run, add } = await adminScene(t, 'ann/phone')
  await add('olga', 'officer')
  assert.deepEqual((await begin('boss/desk', 'edit-admin')).values.get('adminjids'), [
    'boss@localhost',
  ])
  const edit = async (...adminjids: string[]): Promise<string> =>
    (await run('boss/desk', 'edit-admin', { adminjids })).status
  assert.equal(await edit('boss@localhost', ann), 'completed')
  assert.equal(directory.find(ann)?.role, 'administrator')
  assert.equal(scene.record.entries.at(-1)?.kind, 'person.role')
  assert.equal((await begin('ann/phone', 'get-online-users-num')).status, 'completed')
  assert.equal(await edit(ann), 'not-allowed')
  assert.equal(await edit('boss@localhost', 'olga@localhost'), 'not-allowed')
  assert.equal(await edit('boss@localhost'), 'completed')
  assert.equal((await begin('ann/phone', 'get-online-users-num')).status, 'forbidden')
})

test('a command that has begun is not gone on with by who has lost the role', async (t) => {
  const { scene, directory, begin } = await adminScene(t, 'ann/phone')
  const person = scene.person('ann').id
  await directory.setRole(person, 'administrator', { commandLine: true })
  const { command } = await begin('ann/phone', 'delete-user')
  await directory.setRole(person, 'member', { commandLine: true })
  const id = command?.attrs['sessionid'] ?? ''
  const goOn = `<command xmlns='${NS}' node='http://jabber.org/protocol/admin#delete-user' sessionid='${id}'/>`
  assert.equal(await scene.set('ann/phone', goOn, 'localhost'), 'forbidden')
})
