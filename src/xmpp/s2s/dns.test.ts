import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dnsServer } from '../../../test/support/dns-server.ts'
import { dnsLookup } from './dns.ts'

test('records and addresses are those of the name server, and a name that is not there has none', async (t) => {
  const name = '_xmpp-server._tcp.example.org'
  const answer = { target: 'xmpp.example.org', port: 5299, priority: 3, weight: 7 }
  const dns = await dnsServer({
    srv: { [name]: [answer] },
    a: { 'xmpp.example.org': '9.9.9.9' },
  })
  t.after(() => dns.close())
  const lookup = dnsLookup([`127.0.0.1:${dns.port}`])
  const [record] = await lookup.srv(name)
  assert.deepEqual(
    { ...record },
    { name: 'xmpp.example.org', port: 5299, priority: 3, weight: 7, type: 'SRV' },
  )
  assert.deepEqual(await lookup.addresses('xmpp.example.org'), ['9.9.9.9'])
  assert.deepEqual(await lookup.srv('_xmpps-server._tcp.example.org'), [])
  assert.deepEqual(await lookup.addresses('nobody.example.org'), [])
})

test('a name server that is not there is a reason to try again later', async () => {
  const lookup = dnsLookup(['127.0.0.1:1'])
  await assert.rejects(lookup.srv('_xmpp-server._tcp.example.org'), {
    condition: 'remote-server-timeout',
  })
})
