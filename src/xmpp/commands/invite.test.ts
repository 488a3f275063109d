import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere } from '../../../test/support/elsewhere.ts'
import { invitingScene } from '../../../test/support/admin-scene.ts'
import { type Scene } from '../../../test/support/scene.ts'
import { Secret } from '../../base/secret.ts'
import { type Directory } from '../../directory/ports.ts'
import { Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const invite = 'urn:xmpp:invite#invite'
const createAccount = 'urn:xmpp:invite#create-account'

function tokenOf(uri: string | undefined): string {
  return /preauth=([0-9a-f]+)/.exec(uri ?? '')?.[1] ?? assert.fail(`no token in ${uri}`)
}

async function roster(s: Scene, name: string): Promise<string> {
  const answer = await s.get(name, `<query xmlns='jabber:iq:roster'/>`)
  return answer instanceof Element ? serialize(answer) : assert.fail()
}

async function join(directory: Directory, token: string, name: string): Promise<void> {
  const invitation = directory.invitations.find(token) ?? assert.fail()
  await directory.invitations.register({ invitation, name, password: new Secret('pw') })
}

const subscribe = (to: string, token: string): string =>
  `<presence type='subscribe' to='${to}@localhost'><preauth xmlns='urn:xmpp:pars:0' token='${token}'/></presence>`

test('an administrator invites to an account, with or without a name', async (t) => {
  const { begin, run } = await invitingScene(t, 'administrators', 'ann/phone')
  assert.equal((await begin('ann/phone', createAccount)).status, 'forbidden')
  assert.equal((await begin('ann/phone', invite)).status, 'forbidden')
  const named = await run('boss/desk', createAccount, { username: 'juliet' })
  assert.equal(named.status, 'completed')
  assert.deepEqual(named.values.get('FORM_TYPE'), ['urn:xmpp:invite#invitation'])
  assert.match(named.values.get('uri')?.[0] ?? '', /^xmpp:juliet@localhost\?register;preauth=/)
  assert.deepEqual(named.values.get('expire'), ['1970-01-08T00:16:40.000Z'])
  const free = await run('boss/desk', createAccount, {})
  assert.match(free.values.get('uri')?.[0] ?? '', /^xmpp:localhost\?register;preauth=/)
  assert.equal((await run('boss/desk', createAccount, { username: 'juliet' })).status, 'conflict')
  assert.equal((await run('boss/desk', createAccount, { username: 'ann' })).status, 'conflict')
  assert.equal(
    (await run('boss/desk', createAccount, { username: 'a b' })).status,
    'bad-request/bad-payload',
  )
})

test('who has come with an invitation and who invited are contacts at once', async (t) => {
  const { scene, directory, run } = await invitingScene(t, 'administrators')
  await scene.get('boss/desk', `<query xmlns='jabber:iq:roster'/>`)
  const made = await run('boss/desk', createAccount, { 'roster-subscription': '1' })
  scene.got('boss/desk')
  await join(directory, tokenOf(made.values.get('uri')?.[0]), 'juliet')
  const [push] = scene.got('boss/desk')
  assert.match(
    push ? serialize(push) : '',
    /jabber:iq:roster.*<item jid='juliet@localhost' subscription='both'\/>/,
  )
  scene.connect('juliet/phone')
  assert.match(
    await roster(scene, 'juliet/phone'),
    /<item jid='boss@localhost' subscription='both'/,
  )
  await scene.send('juliet/phone', '<presence/>')
  assert.deepEqual(scene.presence('boss/desk'), ['available juliet/phone'])
  assert.ok(scene.presence('juliet/phone').includes('available boss/desk'))
})

test('a member invites a contact where the settings let him, who becomes one by a request with the token, once', async (t) => {
  const { scene, begin } = await invitingScene(t, 'contacts', 'ann/phone', 'ben/web', 'cy/web')
  const made = await begin('ann/phone', invite)
  assert.equal(made.status, 'completed')
  const uri = made.values.get('uri')?.[0] ?? ''
  assert.match(uri, /^xmpp:ann@localhost\?roster;preauth=[0-9a-f]{36}$/)
  await scene.send('ben/web', subscribe('ann', tokenOf(uri)))
  assert.match(await roster(scene, 'ann/phone'), /<item jid='ben@localhost' subscription='both'/)
  assert.match(await roster(scene, 'ben/web'), /<item jid='ann@localhost' subscription='both'/)
  assert.equal(scene.record.entries.at(-1)?.kind, 'invitation.take')
  scene.got('ann/phone')
  await scene.send('cy/web', subscribe('ann', tokenOf(uri)))
  assert.doesNotMatch(await roster(scene, 'ann/phone'), /cy@localhost/)
  const [asked] = scene.got('ann/phone').filter(({ name }) => name === 'presence')
  // Ann's client may have made a token of its own.
  assert.match(
    asked ? serialize(asked) : '',
    /type='subscribe'.*<preauth xmlns='urn:xmpp:pars:0' token='/,
  )
})

test('a token for one person is none for another', async (t) => {
  const { scene, begin } = await invitingScene(t, 'accounts', 'ann/phone', 'ben/web', 'cy/web')
  const token = tokenOf((await begin('ann/phone', invite)).values.get('uri')?.[0])
  await scene.send('ben/web', subscribe('cy', token))
  assert.deepEqual(scene.presence('cy/web'), ['subscribe ben'])
  assert.doesNotMatch(await roster(scene, 'cy/web'), /ben@localhost/)
})

test('somebody elsewhere who asks with a token is told yes, and asked in return', async (t) => {
  const { scene, begin } = await invitingScene(t, 'contacts', 'ann/phone')
  const there = elsewhere(scene, 'irc.example')
  const token = tokenOf((await begin('ann/phone', invite)).values.get('uri')?.[0])
  const asks = `<presence type='subscribe' to='ann@localhost' from='zed@irc.example'><preauth xmlns='urn:xmpp:pars:0' token='${token}'/></presence>`
  await there.says(asks)
  const types = there.got().map((xml) => /type='([a-z]+)'/.exec(xml)?.[1] ?? 'available')
  assert.deepEqual(types, ['subscribed', 'available', 'subscribe'])
  assert.match(
    await roster(scene, 'ann/phone'),
    /<item jid='zed@irc.example' subscription='from' ask='subscribe'/,
  )
  await there.says(`<presence type='subscribed' to='ann@localhost' from='zed@irc.example'/>`)
  assert.match(await roster(scene, 'ann/phone'), /<item jid='zed@irc.example' subscription='both'/)
})
