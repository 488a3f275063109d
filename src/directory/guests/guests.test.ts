import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { Secret } from '../../base/secret.ts'
import { personId } from '../../record/ids.ts'
import { actOf } from '../acts.ts'
import { type Person, type PersonId } from '../ports.ts'
import { auditGuests } from './audit.ts'
import { type GuestTerms, termsJson } from './ports.ts'

const dayMs = 86_400_000
const by = { commandLine: true } as const
const [tea, cake] = ['e', 'f'].map((digit) => personId(digit.repeat(32)))
const rooms = [tea ?? assert.fail(), cake ?? assert.fail()]

type Setting = DirectoryScene & {
  readonly sponsor: Person
  readonly terms: (change?: Partial<GuestTerms>) => GuestTerms
  /** Somebody who has come with an invitation. */
  readonly guest: () => Promise<Person>
}

async function setUp(t: Parameters<typeof directoryScene>[0]): Promise<Setting> {
  const scene = await directoryScene(t)
  const sponsor = await scene.add('sue')
  const terms: Setting['terms'] = (change = {}) => ({
    sponsor: sponsor.id,
    rooms,
    until: scene.time.now() + 10 * dayMs,
    ...change,
  })
  return {
    ...scene,
    sponsor,
    terms,
    async guest() {
      const { invitations } = scene.directory
      const wanted = { to: 'account', name: 'gus', subscribes: false, guest: terms() } as const
      const { invitation } = await invitations.make(wanted, by)
      return await invitations.register({ invitation, name: 'gus', password: new Secret('gus') })
    },
  }
}

test('who comes with an invitation of a guest is one: in these rooms, until that date, under his sponsor’s name', async (t) => {
  const scene = await setUp(t)
  const gus = await scene.guest()
  assert.equal(gus.role, 'guest')
  const { kind, content } = scene.record.entries.at(-1) ?? assert.fail()
  assert.equal(kind, 'person.add')
  assert.deepEqual(JSON.parse(content).guest, scene.terms())
  for (const directory of [scene.directory, await scene.reopen()]) {
    assert.deepEqual(directory.guests.get(gus.id), {
      ...scene.terms(),
      person: gus.id,
      isOver: false,
    })
    assert.deepEqual([...(directory.guests.roomsOf(gus.id) ?? [])], rooms)
    assert.equal(directory.guests.roomsOf(scene.sponsor.id), null)
  }
})

test('when his date comes he is out in that moment, and it goes on record', async (t) => {
  const scene = await setUp(t)
  const { directory, time, record } = scene
  const gus = await scene.guest()
  const made = await directory.appPasswords.make({ person: gus.id, name: 'x', days: 30 }, by)
  const token = { person: gus.id, name: 'x', scopes: ['xmpp.connect'], days: 30 }
  const { secret } = await directory.tokens.make(token, by)
  const ended: PersonId[] = []
  directory.onRevoked((id) => ended.push(id))
  time.pass(10 * dayMs - 1)
  await directory.guests.endDue()
  assert.equal(directory.get(gus.id)?.enabled, true)
  time.pass(1)
  // Before anything is on record.
  assert.equal(directory.get(gus.id)?.enabled, false)
  assert.equal(directory.find(gus.address)?.enabled, false)
  assert.deepEqual([...(directory.guests.roomsOf(gus.id) ?? [])], [])
  for (const key of [null, made.password.id]) assert.equal(directory.opens(gus.id, key), false)
  assert.equal(await directory.checkPassword(gus.address, new Secret('gus')), null)
  assert.equal(await directory.checkWebPassword(gus.address, new Secret('gus')), null)
  assert.equal(directory.tokens.find(secret.reveal()), null)
  const { size } = record
  await directory.guests.endDue()
  await directory.guests.endDue()
  assert.equal(record.size, size + 1)
  const { kind, content } = record.entries.at(-1) ?? assert.fail()
  assert.deepEqual(
    [kind, JSON.parse(content)],
    ['guest.end', { v: 1, by: 'clock', person: gus.id }],
  )
  assert.deepEqual(ended, [gus.id])
  assert.deepEqual([directory.appPasswords.of(gus.id), directory.tokens.list(gus.id)], [[], []])
  const again = await scene.reopen()
  assert.equal(again.get(gus.id)?.enabled, false)
  await again.guests.endDue()
  assert.equal(record.size, size + 1)
})

test('he is let in again until another date, with what he had given back; and may be ended before it', async (t) => {
  const scene = await setUp(t)
  const { directory, time } = scene
  const gus = await scene.guest()
  time.pass(10 * dayMs)
  await directory.guests.endDue()
  await directory.guests.set(gus.id, scene.terms({ rooms: [rooms[0] ?? assert.fail()] }), by)
  assert.equal(directory.get(gus.id)?.enabled, true)
  assert.equal((await directory.checkPassword(gus.address, new Secret('gus')))?.person.id, gus.id)
  assert.deepEqual([...(directory.guests.roomsOf(gus.id) ?? [])], [rooms[0]])
  await directory.guests.end(gus.id, { person: scene.sponsor.id })
  assert.equal(directory.get(gus.id)?.enabled, false)
  await assert.rejects(directory.guests.end(gus.id, by), { code: 'guests.unknown' })
})

test('a guest who is suspended stays so whatever is said of his date', async (t) => {
  const scene = await setUp(t)
  const { directory } = scene
  const gus = await scene.guest()
  await directory.setEnabled(gus.id, { enabled: false, by })
  await directory.guests.set(gus.id, scene.terms(), by)
  assert.equal(directory.get(gus.id)?.enabled, false)
})

test('a guest who becomes a member is none any more; who has the role and nothing else has no room', async (t) => {
  const scene = await setUp(t)
  const { directory } = scene
  const gus = await scene.guest()
  await directory.setRole(gus.id, 'member', by)
  assert.equal(directory.guests.roomsOf(gus.id), null)
  assert.equal(directory.guests.get(gus.id), null)
  scene.time.pass(11 * dayMs)
  assert.equal(directory.get(gus.id)?.enabled, true)
  await directory.setRole(gus.id, 'guest', by)
  assert.deepEqual([...(directory.guests.roomsOf(gus.id) ?? [rooms])], [])
})

test('rooms and days have bounds, and somebody of the company answers for him', async (t) => {
  const scene = await setUp(t)
  const { directory, time } = scene
  const gus = await scene.guest()
  const [ben, bot] = [
    await scene.add('ben'),
    await directory.addBot({ address: 'bot@example.org', by }),
  ]
  await directory.setEnabled(ben.id, { enabled: false, by })
  const many = Array.from({ length: 21 }, (_, i) => personId(`${i}`.padStart(32, '0')))
  for (const [change, code] of [
    [{ rooms: [] }, 'rooms'],
    [{ rooms: many }, 'rooms'],
    [{ until: time.now() }, 'until'],
    [{ until: Number.NaN }, 'until'],
    [{ until: time.now() + 367 * dayMs }, 'until'],
    [{ sponsor: ben.id }, 'sponsor'],
    [{ sponsor: bot.id }, 'sponsor'],
    [{ sponsor: gus.id }, 'sponsor'],
    [{ sponsor: personId('0'.repeat(32)) }, 'sponsor'],
  ] as const) {
    const terms = scene.terms(change)
    const wanted = { to: 'account', name: null, subscribes: false, guest: terms } as const
    await assert.rejects(directory.guests.set(gus.id, terms, by), { code: `guests.${code}` })
    await assert.rejects(directory.invitations.make(wanted, by), { code: `guests.${code}` })
  }
  await assert.rejects(directory.guests.set(scene.sponsor.id, scene.terms(), by), {
    code: 'guests.no-guest',
  })
})

test('an invitation is worth nothing when its date has gone, or who answers for him', async (t) => {
  const scene = await setUp(t)
  const { directory, sponsor } = scene
  const make = async (until: number): Promise<string> => {
    const guest = scene.terms({ until })
    const wanted = { to: 'account', name: null, subscribes: false, days: 30, guest } as const
    return (await directory.invitations.make(wanted, by)).token.reveal()
  }
  const [short, long] = [
    await make(scene.time.now() + dayMs),
    await make(scene.time.now() + 9 * dayMs),
  ]
  scene.time.pass(dayMs)
  assert.equal(directory.invitations.find(short), null)
  assert.notEqual(directory.invitations.find(long), null)
  await directory.setEnabled(sponsor.id, { enabled: false, by })
  assert.equal(directory.invitations.find(long), null)
})

test('what the state says of guests is held against the record', async (t) => {
  const scene = await setUp(t)
  const gus = await scene.guest()
  const audit = auditGuests()
  for (let at = 0; at < scene.record.size; at++) audit.apply(actOf(await scene.record.read(at)))
  const row = { person: gus.id, said: termsJson(scene.terms()), over: 0 }
  assert.equal(audit.difference([row]), null)
  assert.match(audit.difference([]) ?? '', /is missing/)
  const later = termsJson(scene.terms({ until: 9e15 }))
  for (const forged of [
    { ...row, said: later },
    { ...row, over: 1 },
    { ...row, person: 'x' },
  ])
    assert.match(audit.difference([row, forged]) ?? '', /not what the record says/)
})
