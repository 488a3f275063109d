import { join } from 'node:path'
import { createDiscovery } from '../discovery/discovery.ts'
import { heldBy } from '../discovery/held.ts'
import { frozenQuery } from '../discovery/frozen.ts'
import { type Discovery, type Names } from '../discovery/ports.ts'
import { questionOf } from '../discovery/resolve.ts'
import { outsideRoom, outsiderId } from '../intake/outsider.ts'
import { type Forgetter } from '../record/disposal/ports.ts'
import { QueryError } from '../record/search/errors.ts'
import { type Query, type Search } from '../record/search/ports.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { signedHeads } from '../storage/files/signed-heads.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { type Config } from './config.ts'
import { type ManagementParts } from './management.ts'
import { roomsEverAt } from './rooms-ever.ts'
import { type Storage } from './storage.ts'

/** What officers look for and read, over what is stored. */
export function openDiscovery(
  config: Pick<Config, 'domain' | 'data'>,
  storage: Storage,
): Discovery {
  return createDiscovery({
    ...storage,
    origin: storage.keys.log.origin,
    heads: signedHeads(fileCheckpointStore(join(config.data, dataPaths.log))),
    names: withGone(
      namesOf(config, storage, async (names) => {
        return await heldBy(storage.management.holds.list(), names)
      }),
      storage,
    ),
  })
}

/** What queries of holds and erasures ask for; null for one that cannot be asked any more. What is held is no part of it. */
export function questionsOf(
  config: Pick<Config, 'domain'>,
  places: NamedPlaces,
): ManagementParts['questions'] {
  const names = namesOf(config, places, nothingHeld)
  return async (queries) => {
    const questions = new Map<string, Query | null>()
    for (const text of queries) questions.set(text, await orNull(text, names))
    return questions
  }
}

/** The query of a hold or an erasure as it goes on record. @throws {QueryError} */
export function scopeQueryOf(
  config: Pick<Config, 'domain'>,
  places: NamedPlaces & Pick<Storage, 'record'>,
): (text: string) => Promise<string> {
  const names = withGone(namesOf(config, places, nothingHeld), places)
  return async (text) => await frozenQuery(text, names)
}

async function nothingHeld(): Promise<null> {
  return await Promise.resolve(null)
}

async function orNull(text: string, names: Names): Promise<Query | null> {
  try {
    return await questionOf(text, names, { signs: 'any' })
  } catch (error) {
    // It names somebody whom nobody knows any more.
    if (error instanceof QueryError) return null
    throw error
  }
}

type NamedPlaces = Pick<Storage, 'addresses' | 'rooms'>

function namesOf(
  { domain }: Pick<Config, 'domain'>,
  { addresses, rooms }: NamedPlaces,
  held: (names: Names) => Promise<Query | null>,
): Names {
  const names: Names = {
    async person(address) {
      const jid = parseJid(address)
      if (jid === null) return []
      const here = await addresses.everAt(jid.bare)
      // Who is elsewhere is on record under what his address makes.
      return jid.domain === domain ? here : [...here, outsiderId(jid.bare)]
    },
    async conversation(address) {
      const jid = parseJid(address)
      if (jid === null) return []
      const { rooms: all } = await rooms.load()
      const here = all.filter((room) => room.address === jid.bare).map(({ id }) => id)
      const isElsewhere = jid.domain !== domain && !jid.domain.endsWith(`.${domain}`)
      return isElsewhere ? [...here, outsideRoom(jid.bare)] : here
    },
    held: async () => await held(names),
  }
  return names
}

/** With the rooms that had an address once, as they are on record. */
function withGone(names: Names, { record }: Pick<Storage, 'record'>): Names {
  return {
    ...names,
    async conversation(address) {
      const bare = parseJid(address)?.bare
      if (bare === undefined) return []
      const ever = await roomsEverAt(bare, record)
      return [...new Set([...(await names.conversation(address)), ...ever])]
    },
  }
}

/** What is disposed of is gone from the index as well. */
export function forgetsIn(search: Search): Forgetter {
  return { name: 'search', forget: async (gone) => await search.forgetAll(gone) }
}
