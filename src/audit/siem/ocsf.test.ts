import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../record/ids.ts'
import { type AuditEntry } from '../ports.ts'
import { ocsfOf } from './ocsf.ts'

const ann = personId('a'.repeat(32))
const nameOf = (id: string): string => (id === ann ? 'ann@x' : id)

const entry = (kind: AuditEntry['kind'], changes: Partial<AuditEntry> = {}): AuditEntry => ({
  position: 7,
  at: 1_000,
  kind,
  actor: 'person',
  by: ann,
  through: 'session:5',
  about: [ann],
  purpose: 'a secret plan',
  matter: 'Project Falcon',
  approvals: [],
  details: { query: 'merger', name: 'Falcon', reason: 'falcon' },
  ...changes,
})

test('an act has its class, its activity and the number that is made of both', () => {
  const found = (
    [
      ['person.add', 3001, 1],
      ['person.enable', 3001, 2],
      ['person.disable', 3001, 5],
      ['person.remove', 3001, 6],
      ['person.password', 3001, 3],
      ['person.role', 3005, 1],
      ['person.groups', 3006, 99],
      ['grant.make', 3005, 1],
      ['grant.revoke', 3005, 2],
      ['factor.add', 3001, 10],
      ['factor.remove', 3001, 11],
      ['session.end', 3002, 2],
      ['search', 6003, 2],
      ['read', 6003, 2],
      ['export', 6003, 2],
      ['audit.read', 6003, 2],
      ['connections.read', 6003, 2],
      ['token.make', 3004, 1],
      ['token.revoke', 3004, 4],
      ['hold.place', 3004, 1],
      ['hold.release', 3004, 4],
      ['retention.rules', 3004, 3],
      ['key.turn', 3004, 3],
      ['backup', 3004, 3],
    ] as const
  ).map(([kind, classUid, activity]) => ({
    event: ocsfOf(entry(kind), nameOf),
    classUid,
    activity,
  }))
  for (const { event, classUid, activity } of found) {
    const { class_uid, activity_id, metadata } = event
    assert.deepEqual([class_uid, activity_id], [classUid, activity], metadata.event_code)
    assert.equal(event['type_uid'], classUid * 100 + activity)
    assert.equal(event['category_uid'], Math.floor(classUid / 1_000))
    assert.equal(metadata.uid, '7')
  }
})

test('what each class has to have is there', () => {
  const needed: { readonly [classUid: number]: readonly string[] } = {
    3001: ['user'],
    3002: ['user', 'service'],
    3004: ['entity'],
    3005: ['user', 'privileges'],
    3006: ['group', 'user'],
    6003: ['actor', 'api', 'src_endpoint'],
  }
  const base = [
    'activity_id',
    'category_uid',
    'class_uid',
    'metadata',
    'severity_id',
    'time',
    'type_uid',
  ]
  for (const kind of [
    'person.add',
    'session.end',
    'backup',
    'person.role',
    'person.groups',
    'read',
  ] as const) {
    const event = ocsfOf(entry(kind), nameOf)
    for (const name of [...base, ...(needed[event.class_uid] ?? [])])
      assert.notEqual(event[name], undefined, `${kind}: ${name}`)
  }
})

test('a refused attempt has failed, with its code', () => {
  const details = { what: 'sign-in', route: 'web', code: 'session.refused', tried: null }
  const guess = ocsfOf(entry('attempt', { by: null, actor: 'server', details }), nameOf)
  assert.deepEqual(
    [guess.class_uid, guess.activity_id, guess['status_id'], guess['status_code']],
    [3002, 1, 2, 'session.refused'],
  )
  const asked = { what: 'api', route: 'DELETE /v1/people/:address', code: 'caller.not-allowed' }
  const refused = ocsfOf(entry('attempt', { details: asked }), nameOf)
  assert.deepEqual([refused.class_uid, refused.activity_id, refused['status_id']], [6003, 4, 2])
  const many = { what: 'counted', lines: [{ counted: 5 }, { counted: 7 }], more: 3 }
  assert.equal(ocsfOf(entry('attempt', { details: many }), nameOf)['count'], 15)
})

test('neither purposes nor words that were searched for, reasons or names of matters go away', () => {
  for (const kind of ['search', 'read', 'hold.place', 'export', 'erasure.order'] as const) {
    const text = JSON.stringify(ocsfOf(entry(kind), nameOf))
    assert.doesNotMatch(text, /secret plan|falcon|merger/i, kind)
  }
})
