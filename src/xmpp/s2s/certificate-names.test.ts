import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CertificateWishes, createAuthority } from '../../../test/support/authority.ts'
import { namesOf, speaksFor } from './certificate-names.ts'

const authority = createAuthority()

function certificateFor(wishes: CertificateWishes): Uint8Array {
  return new X509Certificate(authority.issue(wishes).cert).raw
}

function isFor(wishes: CertificateWishes, unicode: string, ascii = unicode): boolean {
  return speaksFor(namesOf(certificateFor(wishes)), { unicode, ascii })
}

test('a certificate speaks for the names of all three kinds that are in it', () => {
  const wishes = { dns: ['a.example'], xmpp: ['bücher.example'], srv: ['_xmpp-server.c.example'] }
  assert.equal(isFor(wishes, 'a.example'), true)
  assert.equal(isFor(wishes, 'bücher.example', 'xn--bcher-kva.example'), true)
  assert.equal(isFor(wishes, 'c.example'), true)
  assert.equal(isFor(wishes, 'd.example'), false)
})

test('a name with a comma in it is one name, whatever it looks like in print', () => {
  const wishes = { dns: ['a.example'], xmpp: ['x, DNS:victim.example'] }
  assert.equal(isFor(wishes, 'victim.example'), false)
})

test('a star is one label, the first', () => {
  const wishes = { dns: ['*.example.org'] }
  assert.equal(isFor(wishes, 'rooms.example.org'), true)
  assert.equal(isFor(wishes, 'example.org'), false)
  assert.equal(isFor(wishes, 'a.b.example.org'), false)
  assert.equal(isFor({ dns: ['*.'] }, 'example'), false)
})

test('a name for another service is not one for servers of XMPP', () => {
  assert.equal(isFor({ srv: ['_xmpp-client.example.org'] }, 'example.org'), false)
})

test('bytes that are no certificate have no names', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.deepEqual(namesOf(bytes), { dns: [], xmpp: [], srv: [] })
    }),
  )
  const whole = certificateFor({ dns: ['a.example'] })
  for (let length = 0; length < whole.length; length += 7) namesOf(whole.subarray(0, length))
})
