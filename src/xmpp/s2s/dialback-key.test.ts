import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialbackKeys } from './dialback-key.ts'

const use = { originating: 'example.org', receiving: 'xmpp.example.com', streamId: 'D60000229F' }

test('a key is that of the example in XEP-0185', () => {
  const keys = dialbackKeys(Buffer.from('s3cr3tf0rd14lb4ck'))
  assert.equal(keys.keyFor(use), '37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643')
})

test('a key is known again, and for nothing else', () => {
  const keys = dialbackKeys(Buffer.from('secret'))
  const key = keys.keyFor(use)
  assert.equal(keys.isKey(key, use), true)
  assert.equal(keys.isKey(key, { ...use, streamId: 'other' }), false)
  assert.equal(
    keys.isKey(key, { ...use, receiving: use.originating, originating: use.receiving }),
    false,
  )
  assert.equal(keys.isKey(`${key}0`, use), false)
  assert.equal(keys.isKey('', use), false)
  assert.equal(dialbackKeys(Buffer.from('other')).isKey(key, use), false)
})
