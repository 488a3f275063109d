// Each kind of issue that zod raises in our shapes, by the routes that raise it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'
import { fakeDirectory } from '../../../test/fakes/directory.ts'
import { type Role } from '../../directory/roles.ts'
import { adminApi } from './admin.ts'
import { asHeader } from './caller.ts'

type Wrong = {
  readonly url: string
  readonly method?: 'GET' | 'PUT'
  readonly role?: Role
  readonly body?: object
  readonly says: string
}

const hold = { url: '/v1/holds', role: 'legal' } as const
const why = { name: 'a', reason: 'b' }
const looks = { url: '/v1/searches', role: 'officer' } as const

const all: readonly Wrong[] = [
  {
    ...looks,
    body: { query: 'x' },
    says: 'purpose is missing: give a text.',
  },
  {
    ...looks,
    body: { purpose: '', query: 'x', limit: 0 },
    says: 'purpose is empty: give at least one character; limit is too small: give 1 or more.',
  },
  {
    ...looks,
    body: { purpose: 'a', query: 'x'.repeat(4_001), limit: 251 },
    says: 'query is too long: give at most 4000 characters; limit is too large: give 250 or less.',
  },
  {
    ...looks,
    body: { purpose: 'a', query: 3, limit: 1.5 },
    says: 'query is a number: give a text; limit is no whole number: give a whole number.',
  },
  {
    ...looks,
    body: { purpose: 'a', query: 'x', order: 'best' },
    says: 'order is none of what it can be: give newest, oldest or relevance.',
  },
  {
    ...hold,
    body: { ...why, scope: { from: 'May' } },
    says: 'scope.from is no time: give one in UTC, such as 2026-03-31T14:30:00Z.',
  },
  {
    ...hold,
    body: { ...why, scope: { persons: ['x'] }, until: 1 },
    says: 'scope.persons.0 is too short: give at least 3 characters; the request has the field "until", which nothing knows: leave it out, or see how it is spelled.',
  },
  {
    ...hold,
    body: { ...why, scope: { persons: Array.from({ length: 1_001 }, () => 'abc') } },
    says: 'scope.persons has too many in it: give at most 1000.',
  },
  {
    ...hold,
    body: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 },
    says: 'name is missing: give a text; reason is missing: give a text; scope is missing: give an object; and 1 more.',
  },
  {
    url: '/v1/holds/first/release',
    role: 'legal',
    body: { reason: 'b' },
    says: 'id is no number: give the one that onrecord hold list has.',
  },
  {
    url: '/v1/disposals/4/decision',
    role: 'legal',
    body: { approves: 'yes', proposal: '12' },
    says: 'approves is a text: give true or false; proposal is no digest: give the 64 hex digits that onrecord disposal show has.',
  },
  {
    url: '/v1/exports',
    role: 'legal',
    body: { purpose: 'a', conversations: ['b'], between: [['ann@example.org']] },
    says: 'conversations.0 is no id: give its 32 hex digits; between.0 has too few in it: give at least 2.',
  },
  {
    url: '/v1/retention/why/4711th',
    method: 'GET',
    says: 'position is no number: give the position of a record.',
  },
  {
    url: '/v1/keys/shares',
    role: 'administrator',
    body: { threshold: 3, of: 2 },
    says: 'the request asks for more shares than there are: give a threshold of `of` at most.',
  },
  {
    url: '/v1/people',
    role: 'administrator',
    body: { address: 'ann@example.org', role: 'boss', password: 'p'.repeat(9) },
    says: 'role is none that there is: give',
  },
  {
    url: '/v1/backups',
    body: { what: 'lost' },
    says: 'what is of none of the forms that there are: give one that the reference has.',
  },
]

for (const { url, method, role, body, says } of all)
  test(`${url}: ${says.slice(0, 60)}`, async (t) => {
    const person = { ...fakeDirectory({ 'olga@example.org': 'x' }).list()[0] }
    assert.ok(person.id !== undefined && person.address !== undefined)
    const olga = { id: person.id, address: person.address, enabled: true, role: role ?? 'member' }
    const directory = { ...fakeDirectory({}), find: () => olga, get: () => olga }
    const api = adminApi(await fakeApiHost({ directory }))
    t.after(async () => await api.close())
    const { statusCode, body: answered } = await api.inject({
      method: method ?? 'POST',
      url,
      headers: role === undefined ? {} : { [asHeader]: encodeURIComponent(olga.address) },
      ...(body && { payload: body }),
    })
    const { code, detail: message } = JSON.parse(answered)
    assert.deepEqual([statusCode, code], [400, 'api.bad-request'], message)
    assert.ok(says.endsWith('.') ? message === says : message.startsWith(says), message)
  })
