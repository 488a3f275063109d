import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OperatorError } from '../base/errors.ts'
import { readConfig } from './config.ts'

const vault = { ONRECORD_VAULT_TOKEN_FILE: '/run/token' }
const aws = { ONRECORD_AWS_CREDENTIALS_FILE: '/run/aws' }

test('without settings the key file alone has the keys', () => {
  const { keyHolders } = readConfig({ env: { ONRECORD_KEY_FILE: '/k/vault.key' } })
  assert.deepEqual(keyHolders.holders, [{ kind: 'file', path: '/k/vault.key' }])
  assert.deepEqual([keyHolders.retiring, keyHolders.kmsWindowDays], [[], 7])
})

test('holders of all kinds are read, with their mounts, regions and addresses', () => {
  const named = [
    'file:/mnt/second.key',
    'transit:https://vault.example:8200/team/transit/',
    'transit:http://127.0.0.1:8100/transit',
    'aws-kms:eu-central-1',
    'aws-kms:eu-west-1@https://vpce-1.kms.eu-west-1.vpce.amazonaws.com',
  ]
  const env = { ...vault, ...aws, ONRECORD_KEY_HOLDERS: named.join(', ') }
  assert.deepEqual(readConfig({ env }).keyHolders.holders, [
    { kind: 'file', path: '/mnt/second.key' },
    { kind: 'transit', url: 'https://vault.example:8200/team/transit' },
    { kind: 'transit', url: 'http://127.0.0.1:8100/transit' },
    { kind: 'aws-kms', region: 'eu-central-1', endpoint: null },
    {
      kind: 'aws-kms',
      region: 'eu-west-1',
      endpoint: 'https://vpce-1.kms.eu-west-1.vpce.amazonaws.com',
    },
  ])
})

test('what names no holder, or a door without TLS, is refused with the name of the setting', () => {
  const wrong = [
    'disk',
    'file:relative.key',
    'transit:vault.example',
    'transit:https://vault.example:8200',
    'transit:http://vault.example:8200/transit',
    'transit:https://user@vault.example/transit',
    'aws-kms:',
    'aws-kms:eu-central-1@http://kms.example',
  ]
  for (const item of wrong) {
    const env = { ...vault, ...aws, ONRECORD_KEY_HOLDERS: item }
    assert.throws(() => readConfig({ env }), /^OperatorError: ONRECORD_KEY_HOLDERS must be holders/)
  }
})

test('holders that are named twice, or whose door has no key, are refused', () => {
  const wrong: readonly Record<string, string>[] = [
    { ONRECORD_KEY_HOLDERS: 'file, file' },
    { ONRECORD_KEY_HOLDERS: 'file', ONRECORD_KEY_HOLDERS_RETIRING: 'file' },
    { ONRECORD_KEY_HOLDERS: 'transit:https://vault.example/transit' },
    { ONRECORD_KEY_HOLDERS_RETIRING: 'aws-kms:eu-central-1' },
    { ONRECORD_KEY_HOLDERS: ',' },
  ]
  for (const env of wrong) {
    assert.throws(
      () => readConfig({ env }),
      (error: unknown) => error instanceof OperatorError && error.code === 'config.contradiction',
      JSON.stringify(env),
    )
  }
})
