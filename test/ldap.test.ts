// People and groups of Debian's OpenLDAP: what is read, what becomes of it, and who signs in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Attribute, Change } from 'ldapts'
import { Secret } from '../src/base/secret.ts'
import { code, ldapCompany } from './support/ldap-company.ts'
import { type Authority, createAuthority } from './support/authority.ts'
import {
  groupDn,
  groupLdif,
  noSlapd,
  personDn,
  personLdif,
  type Slapd,
  startSlapd,
} from './support/slapd.ts'

const skip = noSlapd
const by = { commandLine: true } as const
const png = Buffer.from('89504e470d0a1a0a00', 'hex')

let trusted: Authority
let slapd: Slapd

/** Twenty people whom nothing happens to, so that one who goes is no large share. */
const crowd = Array.from({ length: 20 }, (_, i) => `u${i}`)

before(async () => {
  if (noSlapd) return
  trusted = createAuthority()
  slapd = await startSlapd(
    trusted,
    [
      personLdif(
        'anna',
        'displayName: Anna Ample',
        'title: Trader',
        `manager: ${personDn('ben')}`,
        `jpegPhoto:: ${png.toString('base64')}`,
      ),
      personLdif('ben', 'mail: ben@example.org'),
      ...crowd.map((uid) => personLdif(uid)),
      groupLdif('Traders', personDn('anna')),
      groupLdif('Desk', groupDn('Traders'), personDn('ben')),
    ].join(''),
  )
})

after(async () => {
  if (!noSlapd) await slapd.remove()
})

test(
  'people and groups come over once, and the same again changes nothing',
  { skip },
  async (t) => {
    const { directory, sync, record } = await ldapCompany(t, slapd)
    const dry = await sync.run({ isDry: true, confirmed: null })
    assert.equal(dry.added.length, 22)
    assert.deepEqual([dry.outcome, dry.groups.put, record.size], ['dry-run', 2, 0])
    assert.equal((await sync.run({ isDry: false, confirmed: null })).added.length, 22)
    const anna = directory.find('anna@chat.example')
    const ben = directory.find('ben@chat.example')
    assert.ok(anna && ben)
    const { profile, source } = directory.detailsOf(anna.id) ?? assert.fail()
    assert.deepEqual([profile.name, profile.job, profile.manager], ['Anna Ample', 'Trader', ben.id])
    assert.equal(source?.kind, 'ldap')
    assert.deepEqual(Buffer.from((await directory.photoOf(anna.id))?.bytes ?? []), png)
    assert.deepEqual(directory.groupsOf(anna.id), ['desk', 'traders'])
    assert.equal(directory.groups.get('desk')?.name, 'Desk')
    const { size } = record
    const again = await sync.run({ isDry: false, confirmed: null })
    assert.deepEqual([again.added, again.changed, record.size], [[], [], size])
    assert.ok(record.entries.every(({ content }) => JSON.parse(content).by === 'ldap'))
  },
)

test(
  'who signs in is asked there, and nobody is told more than that it was wrong',
  { skip },
  async (t) => {
    const { directory, sync } = await ldapCompany(t, slapd)
    await sync.run({ isDry: false, confirmed: null })
    await directory.add({
      address: 'zoe@chat.example',
      password: new Secret('here'),
      role: 'member',
      by,
    })
    const tries = async (name: string, password: string): Promise<string | null> =>
      (await directory.checkPassword(`${name}@chat.example`, new Secret(password)))?.person
        .address ?? null
    assert.equal(await tries('anna', 'password of anna'), 'anna@chat.example')
    assert.equal(await tries('zoe', 'here'), 'zoe@chat.example')
    for (const [name, password] of [
      ['anna', 'wrong'],
      ['anna', ''],
      ['anna', 'password of ben'],
      ['zoe', 'password of anna'],
      ['nobody', 'password of anna'],
      ['*', 'password of anna'],
      ['anna)(uid=*', 'password of anna'],
    ] as const)
      assert.equal(await tries(name, password), null, `${name} ${password}`)
    // SCRAM has a decoy of the same form for who has no password here.
    const { salt, candidates } = directory.scramKeys('anna@chat.example', 'sha-256')
    assert.ok(candidates.every(({ opens }) => opens === null))
    assert.equal(salt.length, directory.scramKeys('x@chat.example', 'sha-256').salt.length)
  },
)

test(
  'who is disabled or gone there is suspended and cut off, and comes back with his entry; who was suspended here does not',
  { skip },
  async (t) => {
    const { directory, sync } = await ldapCompany(t, slapd)
    const run = async () => await sync.run({ isDry: false, confirmed: null })
    await run()
    const revoked: string[] = []
    directory.onRevoked((id) => revoked.push(directory.get(id)?.address ?? ''))
    const state = (name: string): string | undefined => {
      const person = directory.find(`${name}@chat.example`)
      return person ? directory.detailsOf(person.id)?.state : undefined
    }
    const admin = directory.find('u1@chat.example') ?? assert.fail()
    await directory.setEnabled(admin.id, { enabled: false, by })
    await slapd.change(async (client) => {
      await client.modify(personDn('ben'), locked('add'))
      await client.del(personDn('u0'))
    })
    const gone = await run()
    assert.deepEqual(gone.suspended.map(({ why }) => why).toSorted(), ['disabled', 'vanished'])
    assert.deepEqual(
      [state('ben'), state('u0'), state('u1')],
      ['suspended', 'suspended', 'suspended'],
    )
    assert.deepEqual(revoked.toSorted(), ['ben@chat.example', 'u0@chat.example', 'u1@chat.example'])
    assert.equal(
      await directory.checkPassword('ben@chat.example', new Secret('password of ben')),
      null,
    )
    await slapd.change(async (client) => {
      await client.modify(personDn('ben'), locked('delete'))
      await client.add(personDn('u0'), entryOf('u0'))
    })
    const back = await run()
    assert.deepEqual(back.enabled, ['ben@chat.example'])
    // The same name with another entry is another person: he is not let in under it.
    assert.deepEqual(
      [back.leftOut, state('u0'), state('u1')],
      [{ taken: 1 }, 'suspended', 'suspended'],
    )
  },
)

test('a change of groups there is dated here', { skip }, async (t) => {
  const { directory, sync, record } = await ldapCompany(t, slapd)
  await sync.run({ isDry: false, confirmed: null })
  const anna = directory.find('anna@chat.example')?.id ?? assert.fail()
  const then = { position: record.size - 1 }
  await slapd.change(async (client) => {
    await client.modify(groupDn('Traders'), [inTraders('add', 'u5'), inTraders('delete', 'anna')])
  })
  const { groups } = await sync.run({ isDry: false, confirmed: null })
  assert.deepEqual(groups, { put: 0, removed: 0, changed: 1 })
  assert.deepEqual(directory.groupsOf(anna), [])
  assert.deepEqual(await directory.groups.groupsAt(anna, then), ['desk', 'traders'])
  await slapd.change(async (client) => {
    await client.modify(groupDn('Traders'), [inTraders('add', 'anna'), inTraders('delete', 'u5')])
  })
})

test(
  'when many would vanish nothing is done until somebody says that it is right, and that is on record',
  { skip },
  async (t) => {
    const { directory, sync, record, withFilter } = await ldapCompany(t, slapd)
    await sync.run({ isDry: false, confirmed: null })
    const few = withFilter('(uid=anna)')
    const { size } = record
    const stopped = await few.run({ isDry: false, confirmed: null })
    assert.equal(stopped.outcome, 'stopped')
    assert.ok(stopped.suspended.length > 5)
    assert.equal(record.size, size)
    assert.equal((await few.run({ isDry: true, confirmed: null })).outcome, 'dry-run')
    assert.equal(
      (await withFilter('(uid=nobody)').run({ isDry: false, confirmed: null })).outcome,
      'stopped',
    )
    const done = await few.run({ isDry: false, confirmed: 'command line' })
    assert.equal(done.outcome, 'done')
    const act = record.entries.find(({ content }) => JSON.parse(content).confirmed !== undefined)
    assert.equal(JSON.parse(act?.content ?? '').confirmed, 'command line')
    assert.equal(directory.find('ben@chat.example')?.enabled, false)
  },
)

test(
  'a server that is away changes nobody, says so at sign-in, and lets people with passwords here in',
  { skip },
  async (t) => {
    const { directory, sync, record } = await ldapCompany(t, slapd)
    await sync.run({ isDry: false, confirmed: null })
    await directory.add({
      address: 'zoe@chat.example',
      password: new Secret('here'),
      role: 'member',
      by,
    })
    const { size } = record
    await slapd.kill()
    try {
      await assert.rejects(sync.run({ isDry: false, confirmed: null }), code('ldap.away'))
      for (const name of ['anna', 'zoe', 'nobody'])
        await assert.rejects(
          directory.checkPassword(`${name}@chat.example`, new Secret('password of anna')),
          code('directory.away'),
        )
      const zoe = await directory.checkPassword('zoe@chat.example', new Secret('here'))
      assert.equal(zoe?.person.address, 'zoe@chat.example')
      assert.equal(record.size, size)
      assert.equal(directory.find('anna@chat.example')?.enabled, true)
    } finally {
      await slapd.start()
    }
    assert.equal((await sync.run({ isDry: false, confirmed: null })).outcome, 'done')
  },
)

test(
  'a certificate of another authority is refused, and no password is said to it',
  { skip },
  async (t) => {
    const { ldapWith } = await ldapCompany(t, slapd)
    const { ONRECORD_LDAP_CA: _ca, ...others } = slapd.env
    await assert.rejects(ldapWith(others).run({ isDry: true, confirmed: null }), code('ldap.away'))
    // The certificate is that of localhost.
    const elsewhere = {
      ...slapd.env,
      ONRECORD_LDAP_URL: slapd.url.replace('localhost', '127.0.0.1'),
    }
    await assert.rejects(
      ldapWith(elsewhere).run({ isDry: true, confirmed: null }),
      code('ldap.away'),
    )
  },
)

test(
  'somebody with a password here is linked to his entry, and signs in there from then on',
  { skip },
  async (t) => {
    const { directory, sync } = await ldapCompany(t, slapd)
    const address = 'anna@chat.example'
    const { id } = await directory.add({
      address,
      password: new Secret('here'),
      role: 'officer',
      by,
    })
    assert.deepEqual((await sync.run({ isDry: true, confirmed: null })).leftOut, { taken: 1 })
    await sync.link(address, by)
    assert.equal(await directory.checkPassword(address, new Secret('here')), null)
    const opened = await directory.checkPassword(address, new Secret('password of anna'))
    assert.deepEqual([opened?.person.id, opened?.person.role], [id, 'officer'])
    await assert.rejects(
      directory.setPassword(id, new Secret('x'), by),
      code('directory.elsewhere'),
    )
    await assert.rejects(sync.link('nobody@chat.example', by), code('ldap.unknown'))
  },
)

test(
  'groups with names that are taken, in no letters of ours, or in a circle, come over as far as they can',
  { skip },
  async (t) => {
    const { directory, sync } = await ldapCompany(t, slapd)
    await directory.groups.put({ id: 'desk', name: 'Our own desk' }, by)
    await slapd.change(async (client) => {
      for (const [name, other] of [
        ['東京', 'Oslo'],
        ['Oslo', '東京'],
      ] as const)
        await client.add(groupDn(name), {
          objectClass: 'groupOfNames',
          cn: name,
          member: groupDn(other),
        })
    })
    try {
      const report = await sync.run({ isDry: false, confirmed: null })
      assert.equal(report.leftOut['circle'], 1)
      const names = directory.groups
        .list()
        .map(({ id, name }) => `${id.replace(/[0-9a-f]{8}$/, '…')} ${name}`)
      assert.deepEqual(names.toSorted(), [
        'desk Our own desk',
        'desk-… Desk',
        'oslo Oslo',
        'traders Traders',
        '… 東京',
      ])
    } finally {
      await slapd.change(async (client) => {
        for (const name of ['東京', 'Oslo']) await client.del(groupDn(name))
      })
    }
  },
)

test('more people than fit on a page are read page by page', { skip }, async (t) => {
  const many = await startSlapd(
    trusted,
    Array.from({ length: 1_100 }, (_, i) => personLdif(`p${i}`)).join(''),
  )
  t.after(async () => await many.remove())
  const { ldapWith } = await ldapCompany(t, slapd)
  const { added } = await ldapWith(many.env).run({ isDry: true, confirmed: null })
  assert.equal(added.length, 1_100)
})

function locked(operation: 'add' | 'delete'): Change {
  const values = ['000001010000Z']
  return new Change({
    operation,
    modification: new Attribute({ type: 'pwdAccountLockedTime', values }),
  })
}

function entryOf(uid: string): Record<string, string> {
  return {
    objectClass: 'inetOrgPerson',
    uid,
    cn: uid,
    sn: 'Somebody',
    userPassword: `password of ${uid}`,
  }
}

function inTraders(operation: 'add' | 'delete', uid: string): Change {
  const modification = new Attribute({ type: 'member', values: [personDn(uid)] })
  return new Change({ operation, modification })
}
