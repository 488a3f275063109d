import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemTicks, type Ticks } from '../../src/base/clock.ts'
import { silentLog, type Log } from '../../src/base/log.ts'
import { systemTimer } from '../../src/base/timer.ts'
import { recordOpener } from '../../src/record/bodies/opener.ts'
import { applyBatch } from '../../src/record/integrate/apply.ts'
import { openTreeTiles } from '../../src/record/integrate/tree-tiles.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { growTree } from '../../src/record/ledger/tree.ts'
import { type DocumentsBeside } from '../../src/record/search/documents.ts'
import { openSearch, type SearchHere } from '../../src/record/search/open.ts'
import { parseQuery } from '../../src/record/search/parse.ts'
import { type PartitionStore, type Query } from '../../src/record/search/ports.ts'
import { leaf, mapLeaves } from '../../src/record/search/query.ts'
import { terms } from '../../src/record/search/terms.ts'
import { type NewRecord } from '../../src/record/types.ts'
import { fileBodyFiles } from '../../src/storage/files/body-store.ts'
import { fileSearchStore } from '../../src/storage/files/search-store.ts'
import { sqliteMailboxIndex } from '../../src/storage/sqlite/mailbox-index.ts'
import { sqliteSearchIndex } from '../../src/storage/sqlite/search-index.ts'
import { sqliteRecordPlaces } from '../../src/storage/sqlite/search-places.ts'
import { memoryHeadRegister } from '../fakes/head-register.ts'
import { memoryKeys, seededRandom } from '../fakes/vault.ts'
import { derivedStores } from './derived-stores.ts'
import { sealing } from './sealed-batches.ts'

export type SearchScene = {
  readonly dir: string
  readonly keys: Keys
  readonly size: number
  /** The next record is so much later. */
  wait(ms: number): void
  /** Puts records on record, and into bodies and rows. */
  put(records: readonly NewRecord[]): Promise<void>
  /** Opens searches over what there is. */
  search(changes?: SearchChanges): Promise<SearchHere>
  remove(): void
}

export type SearchChanges = {
  readonly recordsMax?: number
  readonly memoryBytes?: number
  readonly keys?: Pick<Keys, 'index' | 'mac'>
  readonly store?: PartitionStore
  readonly log?: Log
  readonly ticks?: Ticks
  readonly beside?: DocumentsBeside
}

export async function searchScene(): Promise<SearchScene> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-search-'))
  const keys = await memoryKeys('search')
  const stores = await derivedStores(dir, { keys, register: memoryHeadRegister() })
  const tiles = await openTreeTiles(growTree().save(), stores.tileStore)
  const derived = { ...stores, tiles, bodyEnds: new Map<number, number>() }
  const seals = sealing(keys)
  const mailbox = join(dir, 'mailbox.db')
  const index = sqliteMailboxIndex(mailbox)
  const files = fileBodyFiles(join(dir, 'bodies'))
  const places = sqliteRecordPlaces(mailbox)
  return {
    dir,
    keys,
    get size() {
      return seals.size
    },
    wait: (ms) => seals.wait(ms),
    put: async (records) => await applyBatch(await seals.batch(records), derived),
    async search(changes = {}) {
      return await openSearch({
        store: await fileSearchStore(join(dir, 'search')),
        openIndex: sqliteSearchIndex,
        places,
        opener: recordOpener({ index, files, keys, use: 'history' }),
        keys,
        random: seededRandom('search'),
        ticks: systemTicks,
        threadTicks: systemTicks,
        timer: systemTimer,
        log: silentLog,
        memoryBytes: 1 << 28,
        size: seals.size,
        onFailed(error) {
          throw error
        },
        ...changes,
      })
    },
    remove() {
      index.close()
      files.close()
      places.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A question as a test writes it: persons and conversations by their ids. */
export function asked(text: string): Query {
  return mapLeaves(parseQuery(text), (its): Query => {
    if (its.kind === 'person') {
      const marks = { from: [terms.from], to: [terms.to], with: [terms.from, terms.to] }[its.role]
      return leaf({ kind: 'mark', any: marks.map((mark) => mark(its.who)) })
    }
    if (its.kind === 'conversation')
      return leaf({ kind: 'mark', any: [terms.conversation(its.which)] })
    if (its.kind === 'held') throw new RangeError('no holds here')
    return leaf(its)
  })
}
