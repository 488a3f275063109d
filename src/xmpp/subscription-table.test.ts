import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Subscription } from './ports.ts'
import {
  inbound,
  outbound,
  type SubscriptionStanza,
  type SubscriptionState,
} from './subscription-table.ts'

/** RFC 6121 Appendix A.1: the nine states. `o`: "Pending Out", `i`: "Pending In". */
const states = ['none', 'none+o', 'none+i', 'none+oi', 'to', 'to+i', 'from', 'from+o', 'both']

/** Appendix A.2: for each state where it leads, and `!` where the stanza is routed. */
const sent: Readonly<Record<SubscriptionStanza, string>> = {
  subscribe: '!none+o !none+o !none+oi !none+oi !to !to+i !from+o !from+o !both',
  unsubscribe: '!none !none !none+i !none+i !none !none+i !from !from !from',
  subscribed: 'none none+o !from !from+o to !both from from+o both',
  unsubscribed: 'none none+o !none !none+o to !to !none !none+o !to',
}

/** Appendix A.3: where it leads, `!` where it is delivered, `=` where the server answers `subscribed` itself. */
const received: Readonly<Record<SubscriptionStanza, string>> = {
  subscribe: '!none+i !none+oi none+i none+oi !to+i to+i =from =from+o =both',
  unsubscribe: 'none none+o !none !none+o to !to !none !none+o !to',
  subscribed: 'none !to none+i !to+i to to+i from !both both',
  unsubscribed: 'none !none none+i !none+i !none !none+i from !from !from',
}

for (const [table, steps, name] of [
  [sent, outbound, 'sent'],
  [received, inbound, 'received'],
] as const) {
  for (const type of ['subscribe', 'unsubscribe', 'subscribed', 'unsubscribed'] as const) {
    test(`${type}, ${name}, leads from each state where Appendix A says`, () => {
      const found = states.map((state) => {
        const { state: next, passes, autoReply } = steps[type](parse(state))
        return `${passes ? '!' : ''}${autoReply ? '=' : ''}${print(next)}`
      })
      assert.deepEqual(found, table[type].split(' '))
    })
  }
}

test('subscribed without a request approves the next one, which the server then answers itself', () => {
  const approved = outbound.subscribed(parse('none'))
  assert.deepEqual([approved.passes, approved.state.approved], [false, true])
  const asked = inbound.subscribe(approved.state)
  assert.deepEqual([asked.autoReply, asked.passes, print(asked.state)], [true, false, 'from'])
})

test('unsubscribed takes an approval back', () => {
  const { state } = outbound.unsubscribed({ ...parse('to'), approved: true })
  assert.equal(state.approved, false)
})

function parse(text: string): SubscriptionState {
  const [subscription = '', pending = ''] = text.split('+')
  const known: Subscription | undefined = (['none', 'to', 'from', 'both'] as const).find(
    (name) => name === subscription,
  )
  assert.ok(known)
  return {
    subscription: known,
    ask: pending.includes('o'),
    pendingIn: pending.includes('i'),
    approved: false,
  }
}

function print({ subscription, ask, pendingIn }: SubscriptionState): string {
  const pending = `${ask ? 'o' : ''}${pendingIn ? 'i' : ''}`
  return pending === '' ? subscription : `${subscription}+${pending}`
}
