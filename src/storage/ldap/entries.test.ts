import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idValue, personIn, rangeIn } from './entries.ts'
import { usual } from './settings.ts'

test('entries as Active Directory has them: ids of bytes, bits of the account, long lists in parts', () => {
  const guid = Buffer.from('0123456789abcdef0123456789abcdef', 'hex')
  const entry = { dn: 'CN=Ann,DC=x', objectguid: guid, SAMAccountName: 'ann' }
  const { attributes } = usual.ad
  const of = (control: string): boolean | undefined =>
    personIn({ ...entry, userAccountControl: control }, attributes)?.isDisabled
  assert.deepEqual([of('512'), of('514'), of('66050')], [false, true, true])
  assert.equal(
    personIn({ ...entry, userAccountControl: '512' }, attributes)?.id,
    guid.toString('hex'),
  )
  assert.deepEqual(idValue(guid.toString('hex'), attributes.id), guid)
  assert.equal(personIn({ dn: 'CN=x', sAMAccountName: 'x' }, attributes), null)
  assert.equal(personIn({ dn: 'CN=x', objectGUID: guid }, attributes), null)
  const part = rangeIn({ dn: 'CN=g', 'member;range=0-1': ['CN=a', 'CN=b'], member: [] }, 'Member')
  assert.deepEqual(part, { values: ['CN=a', 'CN=b'], next: 2 })
  assert.equal(rangeIn({ dn: 'CN=g', 'member;range=2-*': ['CN=c'] }, 'member')?.next, null)
})
