import { setImmediate as nextTurn } from 'node:timers/promises'
import { OperatorError } from '../base/errors.ts'
import { appendAct } from '../directory/acts-log.ts'
import { may } from '../directory/access/rights.ts'
import { type Directory } from '../directory/ports.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { RecordUnreadable } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { highlights } from '../record/search/highlight.ts'
import { type Cursor, type Leaf, type Query, type Search } from '../record/search/ports.ts'
import { allOf, anyOf, everything, leaf } from '../record/search/query.ts'
import { fileNames, textsOf } from '../record/search/texts.ts'
import { type Envelope, type LogPosition } from '../record/types.ts'
import { readRecord, searchRecord } from './acts.ts'
import {
  type Access,
  type Discovery,
  type Item,
  type Names,
  type SearchHead,
  type SearchPage,
  type SearchRequest,
  type SignedHeads,
  type Unreadable,
} from './ports.ts'
import { questionOf } from './resolve.ts'

const itemsMax = 250
const purposeUnitsMax = 1_000
const matterUnitsMax = 200

export type DiscoveryParts = {
  readonly record: Pick<Record, 'append' | 'readSome'>
  readonly search: Search
  readonly heads: SignedHeads
  readonly names: Names
  readonly directory: Pick<Directory, 'get' | 'access'>
  readonly origin: string
}

/** Searches and reads of officers: all versions, all that was taken back, all conversations. Each is on record before its answer. */
export function createDiscovery(parts: DiscoveryParts): Discovery {
  const { record, search, names } = parts

  async function opened(
    access: Access,
    wanted: { readonly positions: readonly LogPosition[]; readonly query: Query },
    searched: LogPosition | null,
  ): Promise<Shown & { readonly act: LogPosition | null }> {
    if (wanted.positions.length === 0) return { items: [], unreadable: [], act: null }
    const act = await appendAct(record, readRecord(access, wanted.positions, searched))
    return { ...(await shown(record, wanted, act.position)), act: act.position }
  }
  return {
    async search(access, request) {
      check(access, parts.directory)
      if (request.limit < 1 || request.limit > itemsMax)
        throw new OperatorError('search.limit', `A page has 1 to ${itemsMax} records.`)
      const query = await questionOf(request.query, names, { isQuiet: access.within !== null })
      const after = cursorOf(request.after)
      const head = await headOf(request, parts.heads)
      const act = await appendAct(record, searchRecord(access, request, head))
      const { order, limit } = request
      const use = { for: 'search', act: act.position } as const
      const found = await search.find({
        query: held(query, access),
        size: head.size,
        order,
        limit,
        after,
        use,
      })
      const page = await opened(access, { positions: found.positions, query }, act.position)
      return {
        origin: parts.origin,
        head,
        total: found.total,
        items: page.items,
        unreadable: page.unreadable,
        next: found.next && `${found.next.tier}.${found.next.position}`,
        isComplete: found.indexed >= head.size,
        acts: { search: act.position, read: page.act },
      } satisfies SearchPage
    },
    async read(access, positions) {
      check(access, parts.directory)
      if (positions.length < 1 || positions.length > itemsMax)
        throw new OperatorError('read.limit', `1 to ${itemsMax} records are opened at a time.`)
      const act = await appendAct(record, readRecord(access, positions, null))
      const { position } = act
      await refuseOutside(access, { positions, act: position }, parts)
      return {
        ...(await shown(record, { positions, query: everything }, position)),
        act: position,
      }
    },
  }
}

/** @throws {OperatorError} when this person may not, or says not why */
function check(
  { person, purpose, matter, permission }: Access,
  directory: Pick<Directory, 'get' | 'access'>,
): void {
  if (!may(directory.get(person), permission, directory))
    throw new OperatorError(
      'search.not-officer',
      'Only an officer searches what others said: onrecord user role gives the role officer.',
    )
  if (purpose.trim() === '' || purpose.length > purposeUnitsMax)
    throw new OperatorError(
      'search.no-purpose',
      `Say for what purpose, in at most ${purposeUnitsMax} characters: it goes on record.`,
    )
  if (matter !== null && matter.length > matterUnitsMax)
    throw new OperatorError(
      'search.matter',
      `The name of a matter has at most ${matterUnitsMax} characters.`,
    )
}

/** Only what he may find, so that neither counts nor pages tell of anything else. */
function held(query: Query, { within }: Access): Query {
  return within === null ? query : allOf([within.query, query])
}

/** @throws {OperatorError} the same for what is outside and for what is not there */
async function refuseOutside(
  { within }: Access,
  { positions, act }: { readonly positions: readonly LogPosition[]; readonly act: LogPosition },
  { search, heads }: Pick<DiscoveryParts, 'search' | 'heads'>,
): Promise<void> {
  if (within === null) return
  const size = (await heads.newest())?.size ?? 0
  const these = positions.map((at) => leaf<Leaf>({ kind: 'range', from: at, to: at + 1 }))
  const query = allOf([within.query, anyOf(these)])
  const use = { for: 'search', act } as const
  const asked = { query, size, order: 'oldest', limit: itemsMax, after: null, use } as const
  const found = new Set((await search.find(asked)).positions)
  if (!positions.every((position) => found.has(position)))
    throw new OperatorError('read.outside', 'You may not open all of these: search for them.')
}

async function headOf({ size }: SearchRequest, heads: SignedHeads): Promise<SearchHead> {
  const head = size === null ? await heads.newest() : await heads.of(size)
  if (head !== null) return head
  throw new OperatorError(
    'search.no-head',
    size === null
      ? 'Nothing is signed yet: search again in a second.'
      : `No head of ${size} records was signed.`,
  )
}

/** @throws {OperatorError} for what is no `next` of ours */
function cursorOf(text: string | null): Cursor | null {
  if (text === null) return null
  const found = /^(\d)\.(\d{1,16})$/.exec(text)
  if (!found) throw new OperatorError('search.after', 'This is not the `next` of a page.')
  return { tier: Number(found[1]), position: Number(found[2]) }
}

type Shown = { readonly items: readonly Item[]; readonly unreadable: readonly Unreadable[] }

async function shown(
  record: Pick<Record, 'readSome'>,
  { positions, query }: { readonly positions: readonly LogPosition[]; readonly query: Query },
  act: LogPosition,
): Promise<Shown> {
  const items: Item[] = []
  const unreadable: Unreadable[] = []
  for (let rest = positions; rest.length > 0;) {
    try {
      const some = await record.readSome(rest, { for: 'read', act })
      for (const one of some) {
        items.push(itemOf(one, query))
        // A long text takes some 50 ms: traffic has its turn in between.
        await nextTurn()
      }
      rest = rest.slice(some.length)
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
      const bad = error.position
      unreadable.push({ position: bad, why: error.why })
      rest = rest.filter((position) => position !== bad)
    }
  }
  return { items, unreadable }
}

/** A room's archive has the id of its conversation. */
function isInRoom({ conv, views }: Envelope): boolean {
  return views.some(({ owner }) => String(owner) === String(conv))
}

function itemOf(opened: Opened, query: Query): Item {
  const { position, stanzaId, envelope } = opened
  const { kind } = envelope
  return {
    position,
    stanzaId,
    at: envelope.t_server,
    kind,
    conversation: envelope.conv,
    sender: envelope.sender,
    // What is said in a room is on record with the address of its occupant.
    to: isInRoom(envelope) ? envelope.to.replace(/\/.*$/s, '') : envelope.to,
    about: envelope.refs?.position ?? null,
    texts: textsOf(kind, opened).map(({ text }) => ({ text, highlights: highlights(query, text) })),
    files: fileNames(kind, opened),
  }
}
