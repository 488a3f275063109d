import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { greeting } from './greeting.ts'

const standing = {
  version: '1.2.3',
  listeners: { webSocketUrl: 'ws://127.0.0.1:8080/xmpp', isHttpTls: false },
  certificate: { fingerprint: 'AB:CD', isSelfSigned: true },
  isNobodyThere: false,
}

/** What listens, by name. */
function listed(env: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const lines = greeting(readConfig({ env }), standing).filter((line) => line.startsWith('  '))
  return lines.map((line) => line.trim().split(/\s{2,}/))
}

test('the start lists each address that people and browsers come to', () => {
  assert.deepEqual(listed({}), [
    ['XMPP', '127.0.0.1:5222 (STARTTLS)'],
    ['XMPP', '127.0.0.1:5223 (direct TLS)'],
    ['WebSocket', 'ws://127.0.0.1:8080/xmpp'],
    ['BOSH', 'http://127.0.0.1:8080/http-bind'],
    ['Health', 'http://127.0.0.1:8080/health/ready'],
    ['Certificate', 'self-signed, SHA-256 AB:CD'],
  ])
})

test('what is off is not listed', () => {
  const off = { ONRECORD_XMPP_PORT: '0', ONRECORD_HTTP_PORT: '0' }
  assert.deepEqual(
    listed(off).map(([name]) => name),
    ['XMPP', 'Certificate'],
  )
})
