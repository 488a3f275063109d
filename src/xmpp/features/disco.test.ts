import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene } from '../../../test/support/scene.ts'
import { type Element, elements } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { readForm } from '../wire/data-form.ts'
import { capsHash } from './caps-hash.ts'
import { features } from './index.ts'

const infoNs = 'http://jabber.org/protocol/disco#info'
const info = `<query xmlns='${infoNs}'/>`

test('the server says what it is, what it can do, and who answers for it', async () => {
  const s = await scene('ann/phone')
  const answer = element(await s.get('ann/phone', info, 'localhost'))
  assert.deepEqual(identities(answer), ['server/im'])
  for (const ns of ['urn:xmpp:ping', 'urn:xmpp:carbons:2', 'urn:xmpp:blocking', infoNs]) {
    assert.ok(vars(answer).includes(ns), ns)
  }
  assert.deepEqual(readForm(answer)?.values.get('admin-addresses'), ['mailto:admin@localhost'])
})

test('an account says what its person can do, to him and to who has his presence', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const own = element(await s.get('ann/phone', info))
  const account = ['account/registered', 'pubsub/pep']
  assert.deepEqual(identities(own), account)
  assert.ok(vars(own).includes('urn:xmpp:mam:2'))
  assert.equal(await s.get('bo/phone', info, 'ann@localhost'), 'service-unavailable')
  await s.send('bo/phone', `<presence type='subscribe' to='ann@localhost'/>`)
  await s.send('ann/phone', `<presence type='subscribed' to='bo@localhost'/>`)
  const told = element(await s.get('bo/phone', info, 'ann@localhost'))
  assert.deepEqual(identities(told), account)
})

test('the capabilities in the stream features are those of the answer, and their node is known', async () => {
  const s = await scene('ann/phone')
  const caps = s.router.streamFeatures().find(({ name }) => name === 'c')
  assert.ok(caps)
  const { node = '', ver = '' } = caps.attrs
  assert.equal(ver, capsHash(element(await s.get('ann/phone', info, 'localhost'))))
  const asked = `<query xmlns='${infoNs}' node='${node}#${ver}'/>`
  assert.equal(capsHash(element(await s.get('ann/phone', asked, 'localhost'))), ver)
  const other = `<query xmlns='${infoNs}' node='${node}#other'/>`
  assert.equal(await s.get('ann/phone', other, 'localhost'), 'item-not-found')
})

test('the hash is that of the examples of XEP-0115', () => {
  const simple = `<query xmlns='${infoNs}'><identity category='client' type='pc' name='Exodus 0.9.1'/><feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/></query>`
  assert.equal(capsHash(parseFrame(simple, defaultXmlLimits)), 'QgayPKawpkPSDYmwT/WM94uAlu0=')
  const complex = `<query xmlns='${infoNs}'><identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/><identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/><feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field><field var='ip_version'><value>ipv4</value><value>ipv6</value></field>${field('os', 'Mac')}${field('os_version', '10.5.1')}${field('software', 'Psi')}${field('software_version', '0.11')}</x></query>`
  assert.equal(capsHash(parseFrame(complex, defaultXmlLimits)), 'q07IKJEyjvHSyhy//CH0CxmKi8w=')
})

test('an answer with something in it twice has no hash', () => {
  const twice = `<query xmlns='${infoNs}'><feature var='a'/><feature var='a'/></query>`
  assert.equal(capsHash(parseFrame(twice, defaultXmlLimits)), null)
})

test('each feature has one name', () => {
  const names = features.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
})

function field(name: string, value: string): string {
  return `<field var='${name}'><value>${value}</value></field>`
}

function element(answer: Element | string | null): Element {
  if (answer === null || typeof answer === 'string') assert.fail(`answered ${answer}`)
  return answer
}

function identities(answer: Element): string[] {
  return elements(answer)
    .filter(({ name }) => name === 'identity')
    .map(({ attrs }) => `${attrs['category']}/${attrs['type']}`)
}

function vars(answer: Element): string[] {
  return elements(answer).flatMap(({ name, attrs }) =>
    name === 'feature' ? [attrs['var'] ?? ''] : [],
  )
}
