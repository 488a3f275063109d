import assert from 'node:assert/strict'
import { test } from 'node:test'

import { noInvitations } from '../../../test/fakes/invitations.ts'
import { type ChannelBinding } from './channel.ts'
import { createFeatures } from './features.ts'

const router = { streamFeatures: () => [], inlineFeatures: () => [] }
const binding = (...types: readonly string[]): ChannelBinding => ({ types, data: () => null })

test('what is offered is what this connection can be bound by, whatever others were offered before', () => {
  const features = createFeatures(
    router,
    { isOn: true },
    { isPlainOnly: false, invitations: noInvitations },
  )
  const offered = (to: ChannelBinding | null): readonly string[] => {
    const xml = features.before({ startTls: 'no', signIn: { binding: to, isConfidential: true } })
    return [...xml.matchAll(/'(tls-[a-z-]+)'|>(HT-[^<]+|[^<]+-PLUS)</g)].flatMap((found) =>
      found.slice(1).filter((name) => name !== undefined),
    )
  }
  const plus = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']
  const [exporter, endPoint] = ['tls-exporter', 'tls-server-end-point']
  const one = [...plus, ...plus, 'HT-SHA-256-ENDP', 'HT-SHA-256-NONE', endPoint]
  const both = [...plus, ...plus, 'HT-SHA-256-EXPR', ...one.slice(4, 6), exporter, endPoint]
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(offered(binding(exporter, endPoint)), both)
    assert.deepEqual(offered(null), ['HT-SHA-256-NONE'])
    assert.deepEqual(offered(binding(endPoint)), one)
  }
})

test('where signing in is not safe nothing but STARTTLS is offered', () => {
  const features = createFeatures(
    router,
    { isOn: true },
    { isPlainOnly: false, invitations: noInvitations },
  )
  assert.equal(
    features.before({ startTls: 'required', signIn: null }),
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>",
  )
})
