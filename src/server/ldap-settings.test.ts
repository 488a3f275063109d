import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('settings of a directory server that lack something, or would send passwords in clear, are refused', () => {
  const good = {
    ONRECORD_LDAP_URL: 'ldap://dc1.example.org',
    ONRECORD_LDAP_BIND_DN: 'cn=x,dc=example',
    ONRECORD_LDAP_PASSWORD_FILE: '/dev/null',
    ONRECORD_LDAP_BASE: 'dc=example',
  }
  assert.equal(readConfig({ env: good }).ldap?.place.startTls, true)
  for (const [changes, sentence] of [
    [{ ONRECORD_LDAP_BASE: '' }, /set ONRECORD_LDAP_BASE/],
    [{ ONRECORD_LDAP_BIND_DN: '' }, /set ONRECORD_LDAP_BIND_DN/],
    [{ ONRECORD_LDAP_STARTTLS: 'off' }, /in clear/],
    [{ ONRECORD_LDAP_URL: 'http://dc1.example.org' }, /ONRECORD_LDAP_URL must be/],
    [{ ONRECORD_LDAP_USER_FILTER: '(uid=' }, /ONRECORD_LDAP_USER_FILTER must be a filter/],
    [{ ONRECORD_LDAP_ATTRIBUTES: 'login=uid)(x' }, /ONRECORD_LDAP_ATTRIBUTES must be/],
    [{ ONRECORD_LDAP_ATTRIBUTES: 'nothing=uid' }, /ONRECORD_LDAP_ATTRIBUTES must be/],
  ] as const)
    assert.throws(() => readConfig({ env: { ...good, ...changes } }), sentence)
})
