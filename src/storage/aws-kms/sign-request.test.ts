import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../base/secret.ts'
import { signRequest } from './sign-request.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
  sessionToken: null,
}
const scope = { region: 'us-east-1', service: 'service', atMs: Date.UTC(2015, 7, 30, 12, 36) }
const url = new URL('https://example.amazonaws.com/')

/** From AWS's own test suite of Signature Version 4. */
const vectors = [
  ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
] as const

test('requests are signed as in the vectors that AWS gives', () => {
  for (const [method, signature] of vectors) {
    const { headers } = signRequest({ method, url, headers: {}, body: null }, credentials, scope)
    assert.equal(
      headers['authorization'],
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    )
  }
})

test('the token of temporary credentials is sent, and signed', () => {
  const sessionToken = new Secret('a-token')
  const question = { method: 'POST', url, headers: {}, body: '{}' } as const
  const { headers } = signRequest(question, { ...credentials, sessionToken }, scope)
  assert.equal(headers['x-amz-security-token'], 'a-token')
  assert.match(
    headers['authorization'] ?? '',
    /SignedHeaders=host;x-amz-date;x-amz-security-token,/,
  )
})
