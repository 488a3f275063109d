import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Scene } from '../../test/support/scene.ts'
import { child } from '../xml/element.ts'
import { Inbox } from './inbox.ts'

const devices = ['bo/phone', 'bo/desk'] as const

/** `step back`: a priority below zero. Coming is in it more often, or nobody would be there. */
const acts = ['arrive', 'arrive', 'arrive', 'drop', 'mute', 'unmute', 'leave', 'step back'] as const

type Step =
  | { readonly do: 'say'; readonly to: string }
  | { readonly do: (typeof acts)[number]; readonly device: string }

const aDevice = fc.constantFrom(...devices)
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('say'), to: fc.constantFrom('bo', ...devices) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(...acts),
      device: aDevice,
    }),
  },
)

test('whatever comes and goes, each message is had in the end, and none again that was confirmed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStep, { minLength: 10, maxLength: 40, size: 'max' }),
      async (steps) => {
        const seen = await play(steps)
        assert.deepEqual(new Set(seen.had), new Set(seen.said))
        assert.deepEqual(seen.again, [])
      },
    ),
    { numRuns: 150 },
  )
})

test('what waits can be left to the archive, but not while it is given to somebody', () => {
  const inbox = new Inbox()
  inbox.restore(3)
  inbox.startFetching()
  inbox.leaveOut(9)
  inbox.finishFetching([])
  inbox.leaveOut(9)
  assert.equal(inbox.givenTo, 3, 'a message that is on record may be about to be given')
  inbox.abandonFetching()
  inbox.leaveOut(9)
  inbox.leaveOut(7)
  assert.deepEqual([inbox.givenTo, inbox.isWaiting], [9, true])
})

test('what was disposed of before anybody confirmed it goes to nobody else', async () => {
  const s = new Scene(['ann', 'bo'])
  for (const name of ['ann/phone', 'bo/phone', 'bo/desk']) s.connect(name)
  await s.online('ann/phone', 'bo/phone')
  s.mute('bo/phone')
  for (const text of ['erased', 'kept']) await s.say('ann/phone', 'bo', text)
  const [erased] = s.got('bo/phone').flatMap((stanza) => {
    const id = child(stanza, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id']
    return id === undefined ? [] : [s.record.positionOf(id) ?? -1]
  })
  assert.ok(erased !== undefined && erased >= 0)
  await s.record.shedding.forget({ positions: Float64Array.of(erased), buckets: [], epoch: 2 })
  await s.send('bo/desk', '<presence/>')
  s.got('bo/desk')
  await s.drop('bo/phone')
  assert.deepEqual(s.inbox('bo/desk'), ['kept'])
})

test('what is for one device goes to that one, also while what waited is still fetched', async () => {
  for (const device of ['bo/desk', 'bo/mute']) {
    const s = new Scene(['ann', 'bo'])
    for (const name of ['ann/phone', 'bo/desk', 'bo/pad', 'bo/mute']) s.connect(name)
    await s.online('ann/phone')
    await s.say('ann/phone', 'bo', 'for all')
    s.record.fallBehind()
    await s.send('bo/pad', '<presence/>')
    await s.send('bo/desk', '<presence/>')
    await s.say('ann/phone', device, 'for one')
    s.record.catchUp()
    await s.settled()
    const all = device === 'bo/desk' ? ['for all', 'for one'] : ['for all']
    assert.deepEqual(s.inbox('bo/desk'), all)
    assert.deepEqual(s.inbox('bo/pad'), ['for all'])
    assert.deepEqual(s.inbox('bo/mute'), device === 'bo/mute' ? ['for one'] : [])
  }
})

test('what is held for a device goes to it where nobody is left to fetch for', async () => {
  const s = new Scene(['ann', 'bo'])
  for (const name of ['ann/phone', 'bo/desk', 'bo/mute']) s.connect(name)
  await s.online('ann/phone')
  s.record.fallBehind()
  await s.send('bo/desk', '<presence/>')
  await s.say('ann/phone', 'bo/mute', 'for one')
  await s.send('bo/desk', `<presence type='unavailable'/>`)
  s.record.catchUp()
  await s.settled()
  assert.deepEqual([s.inbox('bo/desk'), s.inbox('bo/mute')], [[], ['for one']])
})

type Seen = { readonly said: string[]; readonly had: string[]; readonly again: string[] }

/** Plays the steps, then lets a device that confirms everything come: what did whom reach, and what twice? */
async function play(steps: readonly Step[]): Promise<Seen> {
  const s = new Scene(['ann/phone', 'bo/phone'])
  await s.arrive('ann/phone')
  const there = new Set<string>()
  const muted = new Set<string>()
  const seen: Seen = { said: [], had: [], again: [] }
  /** What a device has received since it last confirmed all; what it says nothing of is not had. */
  const open = new Map<string, string[]>()

  /** What a device got now that an earlier turn has confirmed somewhere is one too many. */
  function look(): void {
    const before = new Set(seen.had)
    for (const device of there) {
      const texts = s.inbox(device).filter((text) => !text.startsWith('error'))
      seen.again.push(...texts.filter((text) => before.has(text)))
      const pending = [...(open.get(device) ?? []), ...texts]
      open.set(device, muted.has(device) ? pending : [])
      if (!muted.has(device)) seen.had.push(...pending)
    }
  }

  for (const step of [...steps, ...devices.map((device) => ({ do: 'drop', device }) as const)]) {
    await take(step)
    look()
  }
  there.add('bo/web')
  await s.arrive('bo/web')
  look()
  return seen

  async function take(step: Step): Promise<void> {
    if (step.do === 'say') {
      const text = `message ${seen.said.length}`
      seen.said.push(text)
      await s.say('ann/phone', step.to, text)
      return
    }
    const { device } = step
    if (step.do === 'arrive' && !there.has(device)) {
      there.add(device)
      muted.delete(device)
      await s.arrive(device)
    }
    if (!there.has(device)) return
    if (step.do === 'drop') {
      await s.drop(device)
      look()
      there.delete(device)
      open.delete(device)
    }
    if (step.do === 'leave') await s.send(device, `<presence type='unavailable'/>`)
    if (step.do === 'step back') {
      await s.send(device, '<presence><priority>-1</priority></presence>')
    }
    if (step.do === 'mute') {
      muted.add(device)
      s.mute(device)
    }
    if (step.do === 'unmute') {
      muted.delete(device)
      s.unmute(device)
      await s.settled()
    }
  }
}

test('what arrives while older ones are fetched does not say that it was delayed', async () => {
  const s = new Scene(['ann', 'bo'])
  for (const name of ['ann/phone', 'bo/desk']) s.connect(name)
  await s.online('ann/phone')
  await s.say('ann/phone', 'bo', 'waited')
  s.record.fallBehind()
  await s.send('bo/desk', '<presence/>')
  await s.say('ann/phone', 'bo', 'new')
  s.record.catchUp()
  await s.settled()
  const messages = s.got('bo/desk').filter(({ name }) => name === 'message')
  assert.deepEqual(
    messages.map((message) => child(message, 'delay', 'urn:xmpp:delay')?.attrs['from'] ?? null),
    ['localhost', null],
  )
})
