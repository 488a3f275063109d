import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../src/record/ids.ts'
import { type PersonId } from '../../src/directory/ports.ts'
import {
  type Affiliated,
  type RoomChange,
  type RoomConfig,
  type RoomExtras,
  type RoomStore,
} from '../../src/xmpp/rooms/ports.ts'

type Opened = AsyncDisposable & { readonly store: RoomStore }

const [tea, ann, bo] = ['1', 'a', 'b'].map((digit) => personId(digit.repeat(32)))
const address = 'tea@conference.localhost'
const everybody = { person: null, grants: true } as const

const config: RoomConfig = {
  name: 'Tea',
  description: 'Ünï',
  language: 'en',
  isPersistent: true,
  isPublic: true,
  isMembersOnly: false,
  isModerated: false,
  password: 'sesame',
  isNonAnonymous: false,
  occupantsMax: 100,
  allowsInvites: false,
  allowsSubjectChange: false,
  privateMessages: 'anyone',
  historyMax: 20,
  slowModeSeconds: 0,
  presenceBroadcast: ['moderator', 'participant'],
  memberListRoles: ['moderator'],
  allowsRegistration: false,
  pubsubNode: '',
}

const extras: RoomExtras = {
  requests: [{ person: personId('c'.repeat(32)), address: 'cy@localhost', nick: 'Cy' }],
  card: { position: 4, hashes: ['a'.repeat(40)] },
  hats: [{ uri: 'urn:hat', title: 'Häuptling', hue: null }],
  wearers: [{ uri: 'urn:hat', person: personId('c'.repeat(32)), address: 'cy@localhost' }],
}

function change(more: Partial<RoomChange> = {}): RoomChange {
  assert.ok(tea)
  const nothing = { people: new Map(), opened: [], closed: [], subject: null, isDestroyed: false }
  return { id: tea, address, config, extras, isLocked: true, ...nothing, ...more }
}

/** What every RoomStore promises. */
export function roomStoreConformance(name: string, open: () => Promise<Opened>): void {
  test(`${name}: an empty store has no rooms and no position`, async () => {
    await using opened = await open()
    assert.deepEqual(await opened.store.load(), { applied: -1, rooms: [] })
  })

  test(`${name}: a room comes back as it was changed, people and all`, async () => {
    await using opened = await open()
    assert.ok(tea && ann && bo)
    const owner = {
      affiliation: 'owner',
      address: 'ann@localhost',
      reason: '',
      nick: 'Ann',
    } as const
    const outcast = {
      affiliation: 'outcast',
      address: 'bo@localhost',
      reason: 'spam',
      nick: null,
    } as const
    await opened.store.apply(change({ opened: [everybody] }), 3)
    const people = new Map<PersonId, Affiliated>([
      [ann, owner],
      [bo, outcast],
    ])
    const denied = { person: bo, grants: false }
    await opened.store.apply(change({ people, opened: [denied] }), 5)
    await opened.store.apply(
      change({ people: new Map([[bo, null]]), closed: [denied], subject: 9, isLocked: false }),
      9,
    )
    assert.deepEqual(await opened.store.load(), {
      applied: 9,
      rooms: [
        {
          id: tea,
          address,
          config,
          extras,
          subject: 9,
          isLocked: false,
          people: new Map([[ann, owner]]),
          access: [
            { ...everybody, since: 3, until: null },
            { ...denied, since: 5, until: 9 },
          ],
        },
      ],
    })
  })

  test(`${name}: what is applied already changes nothing`, async () => {
    await using opened = await open()
    await opened.store.apply(change({ opened: [everybody] }), 3)
    await opened.store.apply(change({ opened: [everybody], subject: 1 }), 3)
    const { rooms } = await opened.store.load()
    assert.deepEqual([rooms[0]?.subject, rooms[0]?.access.length], [null, 1])
  })

  test(`${name}: a room that is destroyed is gone, and the position moves on`, async () => {
    await using opened = await open()
    await opened.store.apply(change({ opened: [everybody] }), 3)
    await opened.store.apply(change({ isDestroyed: true }), 4)
    assert.deepEqual(await opened.store.load(), { applied: 4, rooms: [] })
  })
}
