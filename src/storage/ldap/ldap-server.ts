import { readFile } from 'node:fs/promises'
import {
  AndFilter,
  EqualityFilter,
  FilterParser,
  type Entry,
  InvalidCredentialsError,
} from 'ldapts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type LdapGroup, type LdapPerson, type LdapServer } from '../../directory/ldap/ports.ts'
import { type Connection, speak } from './connection.ts'
import {
  binaryIn,
  bytesIn,
  groupIn,
  idValue,
  membersMax,
  personIn,
  rangeIn,
  textsIn,
} from './entries.ts'
import { type LdapPlace } from './settings.ts'

const peopleMax = 100_000
const groupsMax = 10_000
/** Groups may have many members each. */
const peoplePerPage = 500
const groupsPerPage = 10
/** Of one page; of one person. */
const pageBytesMax = 8_388_608
const personBytesMax = 1_048_576
/** Sign-ins at a time, and that wait for one. */
const signInsMax = 16
const waitingMax = 256
/** Of a file with a password. */
const passwordBytesMax = 4_096

/** A directory server over LDAP (RFC 4511), such as Active Directory or OpenLDAP. */
export function ldapServer(place: LdapPlace, random: Random): LdapServer {
  const { attributes: names, base } = place
  const inTurn = bounded(signInsMax, waitingMax)
  const token = (): string => Buffer.from(random.bytes(16)).toString('hex')

  /** Signed in as the one who may look. */
  async function looking<T>(
    bytesMax: number,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const password = await passwordIn(place.passwordFile)
    return await speak(place, bytesMax, async (connection) => {
      await connection.client.bind(place.bindDn, password)
      return await work(connection)
    })
  }

  /** Values go out as bytes of their own (RFC 4511 §4.5.1.7), so that nothing in them is a filter. */
  async function find(
    { client }: Connection,
    id: string,
    attributes: readonly string[],
  ): Promise<Entry | null> {
    const byId = new EqualityFilter({ attribute: names.id, value: idValue(id, names.id) })
    const { searchEntries } = await client.search(base, {
      filter: new AndFilter({ filters: [FilterParser.parseString(place.userFilter), byId] }),
      attributes: [...attributes],
      explicitBufferAttributes: binaryIn(names),
    })
    return searchEntries.length === 1 ? (searchEntries[0] ?? null) : null
  }

  return {
    read: async () =>
      await looking(pageBytesMax, async (connection) => {
        const people = await readPeople(connection, place)
        const groups = await readGroups(connection, place)
        const unreadable = people.unreadable + groups.unreadable
        return { people: people.found, groups: groups.found, unreadable }
      }),

    async photos(ids, each) {
      if (names.photo === '-' || ids.length === 0) return
      await looking(personBytesMax, async (connection) => {
        for (const id of ids) {
          const entry = await find(connection, id, [names.photo])
          await each(id, entry && bytesIn(entry, names.photo))
          connection.budget.left = personBytesMax
        }
      })
    },

    async signIn(id, password) {
      // RFC 4513 §5.1.2: with an empty password the server would let anybody in, as nobody.
      const text = password.reveal()
      return await inTurn(
        async () =>
          await looking(personBytesMax, async (connection) => {
            const entry = await find(connection, id ?? token(), asked(names, personAttributes))
            const person = entry && personIn(entry, names)
            const isThere = person !== null && id !== null && !person.isDisabled && text !== ''
            // Nobody has that name, nor that password: who is not there takes as long.
            const [dn, tried] = isThere ? [person.dn, text] : [`cn=${token()},${base}`, token()]
            return (await binds(connection, dn, tried)) && isThere
          }),
      )
    },
  }
}

const personAttributes = [
  'id',
  'login',
  'name',
  'given',
  'family',
  'mail',
  'job',
  'unit',
  'manager',
  'password',
  'changed',
  'disabled',
] as const

function asked(
  names: LdapPlace['attributes'],
  wanted: readonly (keyof LdapPlace['attributes'])[],
): string[] {
  return wanted.map((name) => names[name]).filter((name) => name !== '-')
}

async function binds({ client }: Connection, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password)
    return true
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false
    throw error
  }
}

type Read<T> = { readonly found: readonly T[]; readonly unreadable: number }

async function readPeople(connection: Connection, place: LdapPlace): Promise<Read<LdapPerson>> {
  const { attributes: names, base, userFilter: filter } = place
  const attributes = asked(names, personAttributes)
  const found: LdapPerson[] = []
  let unreadable = 0
  for await (const entry of paged(connection, base, {
    filter,
    attributes,
    names,
    max: peopleMax,
    perPage: peoplePerPage,
  })) {
    const person = personIn(entry, names)
    if (person) found.push(person)
    else unreadable += 1
  }
  return { found, unreadable }
}

async function readGroups(connection: Connection, place: LdapPlace): Promise<Read<LdapGroup>> {
  const { attributes: names, groupBase, groupFilter: filter } = place
  const lists = [...new Set([names.member, 'uniqueMember', 'memberUid'])]
  const attributes = [...asked(names, ['id', 'group']), ...lists]
  const found: LdapGroup[] = []
  let unreadable = 0
  for await (const entry of paged(connection, groupBase, {
    filter,
    attributes,
    names,
    max: groupsMax,
    perPage: groupsPerPage,
  })) {
    const members = await membersOf(connection, entry, lists)
    const group = groupIn(entry, names, members)
    if (group) found.push(group)
    else unreadable += 1
  }
  return { found, unreadable }
}

type Search = {
  readonly filter: string
  readonly attributes: string[]
  readonly names: LdapPlace['attributes']
  readonly max: number
  readonly perPage: number
}

/** RFC 2696: page by page, so that neither side has all at once. @throws {OperatorError} when there are more than are read */
async function* paged(
  { client, budget }: Connection,
  base: string,
  { filter, attributes, names, max, perPage }: Search,
): AsyncGenerator<Entry> {
  const options = {
    filter: FilterParser.parseString(filter),
    attributes,
    explicitBufferAttributes: binaryIn(names),
    paged: { pageSize: perPage },
  }
  let count = 0
  for await (const { searchEntries } of client.searchPaginated(base, options)) {
    budget.left = pageBytesMax
    for (const entry of searchEntries) {
      count += 1
      if (count > max) throw tooMuch(`more than ${max} entries`)
      yield entry
    }
  }
}

/** All of them, also where the server gives a part at a time. */
async function membersOf(
  { client, budget }: Connection,
  entry: Entry,
  lists: readonly string[],
): Promise<readonly string[]> {
  const found = lists.flatMap((name) => textsIn(entry, name))
  for (const name of lists) {
    let part = rangeIn(entry, name)
    while (part !== null) {
      found.push(...part.values)
      if (found.length > membersMax) break
      if (part.next === null) break
      const asks = { scope: 'base', attributes: [`${name};range=${part.next}-*`] } as const
      const { searchEntries } = await client.search(entry.dn, {
        ...asks,
        attributes: [...asks.attributes],
      })
      budget.left = pageBytesMax
      const [more] = searchEntries
      const next = more === undefined ? null : rangeIn(more, name)
      // A part that is empty would go on for ever.
      part = next !== null && next.values.length > 0 ? next : null
    }
  }
  if (found.length > membersMax) throw tooMuch(`more than ${membersMax} members of a group`)
  return found
}

function tooMuch(what: string): OperatorError {
  return new OperatorError('ldap.too-much', `the directory server has ${what}`)
}

/** Read anew each time, so that it can be changed. Its last line feed is no part of it. */
async function passwordIn(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= passwordBytesMax) return bytes.toString('utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError(
      'ldap.no-password',
      `the password for the directory server cannot be read: ${why}`,
      { cause },
    )
  }
  throw new OperatorError('ldap.no-password', `${path} is longer than a password`)
}

/** So many at a time; who would wait behind too many is told that it is away. */
function bounded(runningMax: number, queueMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const queue: (() => void)[] = []
  return async (work) => {
    if (running >= runningMax) {
      if (queue.length >= queueMax)
        throw new OperatorError('ldap.away', 'too many sign-ins wait for the directory server')
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      // Its place is taken over.
      if (next) next()
      else running -= 1
    }
  }
}
