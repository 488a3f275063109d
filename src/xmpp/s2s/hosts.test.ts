import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { Unreachable } from './errors.ts'
import { createHosts, type Lookup, type MappedHost, type SrvRecord } from './hosts.ts'

const random = systemRandom()

/** A world of records and addresses; what it is asked is in `asked`. */
function world(
  records: Readonly<Record<string, readonly SrvRecord[]>>,
  addresses: Readonly<Record<string, readonly string[]>>,
): Lookup & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async srv(name) {
      asked.push(name)
      return records[name] ?? []
    },
    async addresses(host) {
      asked.push(host)
      return addresses[host] ?? []
    },
  }
}

const at = (name: string, priority: number, weight = 0): SrvRecord => ({
  name,
  port: 5269,
  priority,
  weight,
})
const none = new Map<string, MappedHost>()

test('a domain without records is looked for at its own addresses, port 5269', async () => {
  const lookup = world({}, { 'example.org': ['9.9.9.9'] })
  const hosts = createHosts({ lookup, mapped: none, random })
  assert.deepEqual(await hosts('example.org'), [
    { address: '9.9.9.9', port: 5269, directTls: false },
  ])
})

test('records for TLS from the start and for STARTTLS are one list, by priority', async () => {
  const lookup = world(
    {
      '_xmpp-server._tcp.example.org': [at('late', 20), at('middle', 10)],
      '_xmpps-server._tcp.example.org': [at('first', 5)],
    },
    { first: ['9.9.9.1'], middle: ['9.9.9.2'], late: ['9.9.9.3'] },
  )
  const places = await createHosts({ lookup, mapped: none, random })('example.org')
  assert.deepEqual(
    places.map(({ address, directTls }) => [address, directTls]),
    [
      ['9.9.9.1', true],
      ['9.9.9.2', false],
      ['9.9.9.3', false],
    ],
  )
})

test('among records of one priority the heavier comes first more often', async () => {
  const lookup = world(
    { '_xmpp-server._tcp.example.org': [at('light', 1, 1), at('heavy', 1, 99)] },
    { light: ['9.9.9.1'], heavy: ['9.9.9.2'] },
  )
  const hosts = createHosts({ lookup, mapped: none, random })
  let heavyFirst = 0
  for (let draw = 0; draw < 300; draw++) {
    if ((await hosts('example.org'))[0]?.address === '9.9.9.2') heavyFirst += 1
  }
  assert.ok(heavyFirst > 240 && heavyFirst < 300, `${heavyFirst} of 300`)
})

test('a domain whose only record is a dot has no server', async () => {
  const lookup = world({ '_xmpp-server._tcp.example.org': [at('.', 0)] }, {})
  const hosts = createHosts({ lookup, mapped: none, random })
  await assert.rejects(hosts('example.org'), { condition: 'remote-server-not-found' })
})

test('names outside ASCII are asked for as DNS has them', async () => {
  const lookup = world({}, {})
  await assert.rejects(createHosts({ lookup, mapped: none, random })('bücher.example'), Unreachable)
  assert.ok(lookup.asked.includes('_xmpp-server._tcp.xn--bcher-kva.example'))
})

for (const address of [
  '127.0.0.1',
  '10.1.2.3',
  '192.168.1.1',
  '172.20.0.1',
  '169.254.169.254',
  '100.64.1.1',
  '0.0.0.0',
  '224.0.0.1',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:9.9.9.9',
  'fe80::1',
  'fd00::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::1',
]) {
  test(`a domain that points to ${address} is not followed there`, async () => {
    const lookup = world({}, { 'evil.example': [address] })
    const hosts = createHosts({ lookup, mapped: none, random })
    await assert.rejects(hosts('evil.example'), /private network/)
  })
}

test('a private address that the operator has named is fine', async () => {
  const mapped = new Map([['here.example', { host: '127.0.0.1', port: 5300, directTls: true }]])
  const lookup = world({}, {})
  assert.deepEqual(await createHosts({ lookup, mapped, random })('here.example'), [
    { address: '127.0.0.1', port: 5300, directTls: true },
  ])
  assert.deepEqual(lookup.asked, [])
})

for (const domain of ['127.0.0.1', '[::1]', '9.9.9.9', '2130706433', '0x7f.1']) {
  test(`the address ${domain} is no domain, and nobody is asked`, async () => {
    const lookup = { srv: assert.fail, addresses: assert.fail } satisfies Lookup
    const hosts = createHosts({ lookup, mapped: none, random })
    await assert.rejects(hosts(domain), { condition: 'remote-server-not-found' })
  })
}

test('an endless list of records is cut', async () => {
  const many = Array.from({ length: 100 }, (_, index) => at(`host${index}`, index))
  const lookup: Lookup = {
    srv: async (name) => (name.startsWith('_xmpp-server') ? many : []),
    addresses: async () => Array.from({ length: 50 }, (_, index) => `9.9.9.${index}`),
  }
  assert.equal((await createHosts({ lookup, mapped: none, random })('example.org')).length, 12)
})
