import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noDetails } from '../../src/directory/details.ts'
import { noProfile } from '../../src/directory/types.ts'
import {
  type Act,
  type Credential,
  type PeopleState,
  type StoredInvitation,
} from '../../src/directory/ports.ts'
import { type FactorSecret } from '../../src/directory/factors/ports.ts'
import { person } from '../fakes/new-record.ts'

/** A state and how the next start finds it. */
export type StateForTest = {
  readonly state: PeopleState
  readonly reopen: () => Promise<PeopleState>
}

/** What every PeopleState promises. Each adapter runs it; a new promise is added here. */
export function peopleStateConformance(name: string, open: Open): void {
  beginnings(name, open)
  acts(name, open)
  credentials(name, open)
  invitationsKept(name, open)
  factorsKept(name, open)
  appPasswordsKept(name, open)
  guestsKept(name, open)
}

type Open = (t: { after(fn: () => Promise<void>): void }) => Promise<StateForTest>

const [ann, bo] = [person(1), person(2)]
const add: Act & { readonly kind: 'person.add' } = {
  kind: 'person.add',
  person: ann,
  address: 'ann@x',
  role: 'member',
  credential: 'c1',
  invitation: null,
  profile: noProfile,
  source: null,
}

function invitation(id: string): StoredInvitation {
  const flags = { registers: true, subscribes: false, guest: null }
  const of = { to: 'contact', inviter: bo, address: `${id}@x` } as const
  return { id, ...of, ...flags, expiresAt: 5_000, tokenHash: `hash of ${id}` }
}

function at(position: number): { readonly position: number; readonly at: number } {
  return { position, at: position }
}

function acts(name: string, open: Open): void {
  test(`${name}: an act that is applied already changes nothing`, async (t) => {
    const { state } = await open(t)
    await state.apply(add, at(4))
    await state.apply(add, at(4))
    await state.apply({ kind: 'person.disable', person: ann, sync: null }, at(3))
    const { applied, people } = await state.load()
    assert.equal(applied, 4)
    assert.equal(people[0]?.state, 'active')
  })

  test(`${name}: disabling, enabling, another role, other groups and a new password are kept`, async (t) => {
    const { state } = await open(t)
    await state.apply(add, at(0))
    await state.apply({ kind: 'person.disable', person: ann, sync: null }, at(1))
    assert.equal((await state.load()).people[0]?.state, 'suspended')
    await state.apply({ kind: 'person.enable', person: ann }, at(2))
    await state.apply({ kind: 'person.password', person: ann, credential: 'c2' }, at(3))
    await state.apply({ kind: 'person.role', person: ann, role: 'administrator' }, at(4))
    await state.apply({ kind: 'person.groups', person: ann, groups: ['a', 'b'] }, at(5))
    const [loaded] = (await state.load()).people
    assert.deepEqual([loaded?.state, loaded?.credential], ['active', 'c2'])
    assert.deepEqual([loaded?.role, loaded?.addedAt], ['administrator', 0])
    const { groups, memberships } = (await state.load()).groups
    assert.deepEqual(groups.map(({ id }) => id).toSorted(), ['a', 'b'])
    assert.deepEqual(memberships.map(({ group }) => group).toSorted(), ['a', 'b'])
  })

  test(`${name}: an address given anew is of the new person`, async (t) => {
    const { state, reopen } = await open(t)
    await state.apply(add, at(0))
    await state.apply({ kind: 'person.remove', person: ann }, at(1))
    assert.deepEqual((await state.load()).people, [])
    await state.apply({ ...add, person: bo, credential: 'c2' }, at(2))
    const { people } = await (await reopen()).load()
    assert.deepEqual(
      people.map(({ id }) => id),
      [bo],
    )
  })

  test(`${name}: an act that cannot be applied leaves nothing, its position neither`, async (t) => {
    const { state } = await open(t)
    await state.apply(add, at(0))
    await assert.rejects(state.apply({ ...add, person: bo }, at(1)), 'the address is taken')
    await assert.rejects(state.apply({ kind: 'person.disable', person: bo, sync: null }, at(1)))
    const { applied, people } = await state.load()
    assert.equal(applied, 0)
    assert.equal(people.length, 1)
    await state.apply({ ...add, person: bo, address: 'bo@x' }, at(1))
    assert.equal((await state.load()).people.length, 2)
  })
}

function credentials(name: string, open: Open): void {
  test(`${name}: credentials that nobody signs in with are dropped, others stay`, async (t) => {
    const { state } = await open(t)
    for (const id of ['c1', 'c2', 'c3']) await state.putCredential(credentialOf(id))
    await state.apply(add, at(0))
    await state.apply({ ...add, person: bo, address: 'bo@x', credential: 'c2' }, at(1))
    await state.apply({ kind: 'person.remove', person: bo }, at(2))
    await state.dropUnusedCredentials()
    assert.deepEqual((await state.load()).credentials, [credentialOf('c1')])
  })

  test(`${name}: a secret is made once`, async (t) => {
    const { state, reopen } = await open(t)
    const first = await state.secret('decoy', () => Buffer.from('one'))
    const again = await (await reopen()).secret('decoy', () => Buffer.from('two'))
    assert.deepEqual([first, again], [Buffer.from('one'), Buffer.from('one')])
  })
}

function credentialOf(id: string): Credential {
  const keys = (bytes: number): Credential['keys']['sha-1'] => ({
    salt: Buffer.from(`salt of ${id}`),
    iterations: 10_000,
    storedKey: Buffer.alloc(bytes, 1),
    serverKey: Buffer.alloc(bytes, 2),
  })
  return { id, keys: { 'sha-1': keys(20), 'sha-256': keys(32) }, web: null }
}

function beginnings(name: string, open: Open): void {
  test(`${name}: it begins empty, and keeps what was applied`, async (t) => {
    const { state, reopen } = await open(t)
    assert.deepEqual(await state.load(), {
      applied: -1,
      people: [],
      credentials: [],
      invitations: [],
      tokens: [],
      groups: { applied: -1, groups: [], memberships: [] },
      factors: [],
      identities: [],
      appPasswords: [],
      guests: [],
      following: [],
    })
    await state.putCredential(credentialOf('c1'))
    await state.apply(add, at(0))
    assert.deepEqual(await (await reopen()).load(), {
      applied: 0,
      people: [
        {
          id: ann,
          address: 'ann@x',
          role: 'member',
          credential: 'c1',
          addedAt: 0,
          ...noDetails,
        },
      ],
      credentials: [credentialOf('c1')],
      invitations: [],
      tokens: [],
      groups: { applied: 0, groups: [], memberships: [] },
      factors: [],
      identities: [],
      appPasswords: [],
      guests: [],
      following: [],
    })
  })
}

function invitationsKept(name: string, open: Open): void {
  test(`${name}: invitations are kept until they are used, taken or taken back, or too old`, async (t) => {
    const { state, reopen } = await open(t)
    for (const [position, id] of ['i1', 'i2', 'i3', 'i4', 'i5'].entries())
      await state.apply({ kind: 'invitation.make', ...invitation(id) }, at(position))
    const again = await reopen()
    const { invitations } = await again.load()
    assert.deepEqual(invitations[0], invitation('i1'))
    assert.equal(invitations.length, 5)
    await again.apply({ ...add, invitation: 'i1' }, at(5))
    await again.apply({ kind: 'invitation.take', invitation: 'i2', address: 'cy@x' }, at(6))
    await again.apply({ kind: 'invitation.revoke', invitation: 'i3' }, at(7))
    const left = async (): Promise<string[]> => (await again.load()).invitations.map(({ id }) => id)
    assert.deepEqual(await left(), ['i4', 'i5'])
    const terms = { sponsor: bo, rooms: [ann], until: 9 }
    const until = { expiresAt: 20_000_000, guest: terms }
    const late = { ...invitation('i6'), ...until, address: null, inviter: null }
    await again.apply({ kind: 'invitation.make', ...late }, { position: 8, at: 10_000_000 })
    assert.deepEqual(await left(), ['i6'])
    assert.deepEqual((await again.load()).invitations, [late])
  })
}

const secret: FactorSecret = { kind: 'recovery', name: 'x', usedAt: null, hashes: ['h'] }

function factorAct(id: string, type: 'totp' | 'recovery'): Act & { readonly kind: 'factor.add' } {
  return { kind: 'factor.add', factor: id, person: ann, type, name: 'x', madeAt: 7 }
}

function guestsKept(name: string, open: Open): void {
  test(`${name}: guests are kept until they are of the house or removed, and who is out is`, async (t) => {
    const { state, reopen } = await open(t)
    const terms = { sponsor: bo, rooms: [ann, bo], until: 9 }
    await state.apply({ ...add, role: 'guest', guest: terms }, at(0))
    await state.apply({ ...add, person: bo, address: 'bo@x', role: 'guest' }, at(1))
    await state.apply({ kind: 'guest.set', person: bo, ...terms, until: 10 }, at(2))
    const again = await reopen()
    assert.deepEqual(
      (await again.load()).guests.toSorted((a, b) => a.until - b.until),
      [
        { ...terms, person: ann, isOver: false },
        { ...terms, until: 10, person: bo, isOver: false },
      ],
    )
    await again.apply({ kind: 'guest.end', person: ann }, at(3))
    await again.apply({ kind: 'person.role', person: bo, role: 'member' }, at(4))
    assert.deepEqual((await again.load()).guests, [{ ...terms, person: ann, isOver: true }])
    await again.apply({ kind: 'guest.set', person: ann, ...terms, until: 11 }, at(5))
    assert.deepEqual(
      (await again.load()).guests.map(({ until, isOver }) => [until, isOver]),
      [[11, false]],
    )
    await again.apply({ kind: 'person.remove', person: ann }, at(6))
    assert.deepEqual((await again.load()).guests, [])
  })
}

function appPasswordsKept(name: string, open: Open): void {
  test(`${name}: application passwords are kept with their keys until they are taken back, or their person may not sign in`, async (t) => {
    const { state, reopen } = await open(t)
    await state.apply(add, at(0))
    await state.putCredential(credentialOf('c1'))
    for (const [position, password] of ['p1', 'p2', 'p3'].entries()) {
      await state.putCredential(credentialOf(password))
      const said = { person: ann, name: password, madeAt: position, expiresAt: 9 }
      await state.apply({ kind: 'app-password.make', password, ...said }, at(position + 1))
    }
    await state.appPasswordUsed('p1', 5)
    await state.dropUnusedCredentials()
    const again = await reopen()
    const kept = async (): Promise<string> => {
      const { appPasswords, credentials: keys } = await again.load()
      const ids = keys.map(({ id }) => id).toSorted()
      return `${appPasswords.map(({ id }) => id).join()} ${ids.join()}`
    }
    assert.deepEqual((await again.load()).appPasswords[0], {
      id: 'p1',
      person: ann,
      name: 'p1',
      madeAt: 0,
      expiresAt: 9,
      usedAt: 5,
    })
    assert.equal(await kept(), 'p1,p2,p3 c1,p1,p2,p3')
    await again.apply({ kind: 'app-password.revoke', person: bo, password: 'p1' }, at(4))
    assert.equal(await kept(), 'p1,p2,p3 c1,p1,p2,p3', 'it is somebody else’s')
    await again.apply({ kind: 'app-password.revoke', person: ann, password: 'p1' }, at(5))
    assert.equal(await kept(), 'p2,p3 c1,p2,p3')
    await again.apply({ kind: 'person.disable', person: ann, sync: null }, at(6))
    assert.equal(await kept(), ' c1')
  })
}

function factorsKept(name: string, open: Open): void {
  test(`${name}: factors are kept with their secrets until they are removed, and recovery codes until there are others`, async (t) => {
    const { state, reopen } = await open(t)
    await state.apply(add, at(0))
    for (const id of ['f1', 'f2', 'f3']) await state.factors.put(id, secret)
    await state.apply(factorAct('f1', 'totp'), at(1))
    await state.apply(factorAct('f2', 'recovery'), at(2))
    await state.apply(factorAct('f3', 'recovery'), at(3))
    const again = await reopen()
    const kept = async (): Promise<string[]> =>
      [...(await again.factors.find(['f1', 'f2', 'f3'])).keys()].toSorted()
    assert.deepEqual((await again.load()).factors, [
      { id: 'f1', person: ann, kind: 'totp', madeAt: 7 },
      { id: 'f3', person: ann, kind: 'recovery', madeAt: 7 },
    ])
    assert.deepEqual(await kept(), ['f1', 'f3'])
    await again.apply({ kind: 'factor.remove', person: bo, factor: 'f1' }, at(4))
    assert.deepEqual(await kept(), ['f1', 'f3'], 'it is somebody else’s')
    await again.apply({ kind: 'factor.remove', person: ann, factor: 'f1' }, at(5))
    assert.deepEqual(await kept(), ['f3'])
    await again.apply({ kind: 'person.remove', person: ann }, at(6))
    assert.deepEqual([await kept(), (await again.load()).factors], [[], []])
  })

  test(`${name}: a secret is changed where it is, comes back nowhere, and is dropped where no act names it`, async (t) => {
    const { state } = await open(t)
    await state.apply(add, at(0))
    await state.factors.put('f1', secret)
    await state.apply(factorAct('f1', 'totp'), at(1))
    await state.factors.put('f2', secret)
    await state.factors.change('f1', { ...secret, usedAt: 9 })
    await state.factors.change('f3', secret)
    await state.dropUnusedCredentials()
    const found = await state.factors.find(['f1', 'f2', 'f3'])
    assert.deepEqual([...found], [['f1', { ...secret, usedAt: 9 }]])
  })
}
