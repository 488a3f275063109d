import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { type RecordKind } from '../types.ts'
import { envelopeJson, namesStanzaId, startOfEnvelope } from './envelope.ts'

const classified = { class: 'default', policy: 'builtin:default' }
const numbers = {
  convSeq: 3,
  convPrev: null,
  senderSeq: 2,
  at: 1_000,
  stanzaId: 'ours',
  ...classified,
}
const kinds: readonly RecordKind[] = ['message', 'correction', 'person.add', 'marks']
/** What people choose, with what could be taken for a member of the envelope. */
const chosen = fc.oneof(
  fc.string(),
  fc.constantFrom(',"conv_seq":', '","conv":"x', ',"stanza_id":"theirs"}', '\\', '"', '}'),
)

test('what is read at either end of an envelope is what all of it says, whatever people write', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      chosen,
      chosen,
      chosen,
      (kind, device, to, messageId) => {
        const record = newRecord({ kind, device, to, messageId, originId: messageId })
        const json = envelopeJson(record, numbers)
        const whole: Record<string, unknown> = JSON.parse(json)
        const start = startOfEnvelope(json)
        assert.deepEqual([start.kind, start.conv], [kind, record.conversation])
        assert.deepEqual([whole['kind'], whole['conv']], [kind, record.conversation])
        assert.ok(namesStanzaId(json, 'ours') && whole['stanza_id'] === 'ours')
        assert.ok(!namesStanzaId(json, 'theirs'))
      },
    ),
  )
})

test('what another version wrote is read all the same', () => {
  const [conv, other] = ['c'.repeat(32), 'd'.repeat(32)]
  for (const json of [
    `{"v":2,"conv":"${conv}","kind":"message"}`,
    `{"v":2,"kind":"message","conv":"${conv}"}`,
    `{"v":1,"kind":"message","prev":"${other}","conv":"${conv}"}`,
    `{"v":1,"type":"new","prev":"${other}","conv":"${conv}","kind":"message"}`,
  ]) {
    const start = startOfEnvelope(json)
    assert.deepEqual([start.kind, start.conv], ['message', conv], json)
  }
  assert.equal(startOfEnvelope('{"v":1,"kind":"new","conv":"c"}').conv, 'c')
})
