import assert from 'node:assert/strict'
import { test } from 'node:test'
import { person } from '../../../test/fakes/new-record.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { systemRandom } from '../../base/random.ts'
import { createChallenges } from './challenges.ts'

const [ann, ben] = [person(1), person(2)]
const signIn = { purpose: 'sign-in', session: null, credential: 'c', key: null } as const

test('a challenge is for one thing, once, and for five minutes', () => {
  const time = fakeTime()
  const challenges = createChallenges({ clock: time, random: systemRandom() })
  const [one, two] = [
    challenges.make({ person: ann, ...signIn }),
    challenges.make({ person: ann, ...signIn }),
  ]
  assert.equal(challenges.find(one.id, 'fresh'), null)
  assert.deepEqual(challenges.find(one.id, 'sign-in'), one)
  assert.deepEqual([challenges.use(one.id), challenges.use(one.id)], [true, false])
  assert.equal(challenges.find(one.id, 'sign-in'), null)
  time.pass(300_000)
  assert.equal(challenges.find(two.id, 'sign-in'), null)
})

test('of more than ten of one person the oldest goes, and nobody else’s', () => {
  const challenges = createChallenges({ clock: fakeTime(), random: systemRandom() })
  const other = challenges.make({ person: ben, ...signIn })
  const all = Array.from({ length: 11 }, () => challenges.make({ person: ann, ...signIn }))
  assert.deepEqual(
    all.map(({ id }) => challenges.find(id, 'sign-in') !== null),
    [false, ...Array.from({ length: 10 }, () => true)],
  )
  assert.notEqual(challenges.find(other.id, 'sign-in'), null)
})

test('one for anybody is good once, for five minutes, and cannot be made by others', () => {
  const time = fakeTime()
  const challenges = createChallenges({ clock: time, random: systemRandom() })
  const elsewhere = createChallenges({ clock: time, random: systemRandom() })
  const id = challenges.forAnybody()
  assert.equal(Buffer.from(id, 'base64url').length, 32)
  assert.equal(elsewhere.useForAnybody(id), false)
  for (const wrong of ['', 'x', `${id}A`, `A${id.slice(1)}`, id.slice(0, -2) + 'AA'])
    assert.equal(wrong !== id && challenges.useForAnybody(wrong), false, wrong)
  assert.deepEqual([challenges.useForAnybody(id), challenges.useForAnybody(id)], [true, false])
  const late = challenges.forAnybody()
  time.pass(300_000)
  assert.equal(challenges.useForAnybody(late), false)
})
