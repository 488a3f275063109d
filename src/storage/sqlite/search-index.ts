import { type StatementSync, DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type PartitionIndex } from '../../record/search/ports.ts'
import { expressionOf } from './search-expression.ts'

/** Half the pages of SQLite's own size take a fifth longer to fill; larger ones are read whole for one word. */
const pageBytes = 16_384
/** What FTS5 puts into a page of its own; the rest of SQLite's page is the row's head. */
const leafBytes = 16_000
/** Pages that one step of tidying writes: some 10 ms. */
const tidyPages = 64
/**
 * Documents of one transaction. FTS5 writes a segment at its end, which is merged again and again: with 200 of them a document takes three
 * times as long. What is not committed yet is found as well.
 */
const transactionDocuments = 4_000

// Words come separated by single spaces, in the form in which they are found: the tokenizer has nothing to decide. It folds A to Z,
// which there are none of, and takes every byte above 127 as part of a word. No sizes of columns: the order by relevance does not need them.
const table = `CREATE VIRTUAL TABLE ft USING fts5(words, content='', columnsize=0,
  tokenize="ascii tokenchars '!=_''' ")`

/** A contentless FTS5 table in memory: no file, no journal, no temporary file. */
export function sqliteSearchIndex(image: Uint8Array | null): PartitionIndex {
  const db = new DatabaseSync(':memory:')
  const settings =
    'PRAGMA temp_store = MEMORY; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;'
  if (image === null) {
    db.exec(`PRAGMA page_size = ${pageBytes}; ${settings}
      ${table}; INSERT INTO ft (ft, rank) VALUES ('pgsz', ${leafBytes});`)
  } else {
    db.deserialize(image)
    db.exec(settings)
  }
  const insert = db.prepare('INSERT INTO ft (rowid, words) VALUES (?, ?)')
  const questions = questionsOf(db)
  let isTidying = false
  /** Documents of the transaction that is open. */
  let open = 0
  const commit = (): void => {
    if (open > 0) db.exec('COMMIT')
    open = 0
  }
  return {
    add(documents) {
      isTidying = false
      for (const { position, words } of documents) {
        if (open++ === 0) db.exec('BEGIN')
        insert.run(position, words)
        if (open === transactionDocuments) commit()
      }
    },
    ...questions,
    frequent(recordsMin) {
      commit()
      db.exec("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, ft, 'row')")
      const many = db.prepare('SELECT term, doc FROM temp.vocabulary WHERE doc >= ?')
      const found = many
        .all(recordsMin)
        .map(({ term, doc }) => [String(term), Number(doc)] as const)
      db.exec('DROP TABLE temp.vocabulary')
      return found
    },
    *places(word) {
      commit()
      db.exec(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, ft, 'instance')",
      )
      const its = db.prepare('SELECT doc, "offset" FROM temp.places WHERE term = ?')
      its.setReturnArrays(true)
      for (const row of its.iterate(word))
        if (Array.isArray(row)) yield [Number(row[0]), Number(row[1])]
    },
    tidy() {
      commit()
      const isMore = merge(db, isTidying ? tidyPages : -tidyPages)
      isTidying = true
      if (isMore) return true
      // Gives back the pages of what was merged.
      db.exec('VACUUM')
      return false
    },
    image() {
      commit()
      return db.serialize()
    },
    get bytes() {
      return numberOf(db, 'PRAGMA page_count') * numberOf(db, 'PRAGMA page_size')
    },
    close: () => db.close(),
  }
}

/** One step towards one segment. https://sqlite.org/fts5.html#the_merge_command says how its end is known. */
function merge(db: DatabaseSync, pages: number): boolean {
  const before = numberOf(db, 'SELECT total_changes()')
  db.exec(`INSERT INTO ft (ft, rank) VALUES ('merge', ${pages})`)
  return numberOf(db, 'SELECT total_changes()') - before >= 2
}

function questionsOf(db: DatabaseSync): Pick<PartitionIndex, 'count' | 'page'> {
  // One statement per shape of question.
  const prepared = new Map<string, StatementSync>()
  const shapesMax = 200
  const rows = (sql: string, values: readonly SQLInputValue[]): unknown[] => {
    const statement = prepared.get(sql) ?? db.prepare(sql)
    if (prepared.size >= shapesMax) prepared.clear()
    prepared.set(sql, statement)
    // An array costs half of what an object costs that has the columns' names.
    statement.setReturnArrays(true)
    return statement.all(...values)
  }
  return {
    count(query, range) {
      const asked = expressionOf(query, range)
      if (asked === null) return 0
      return firstNumber(rows(`SELECT count(*) FROM ft WHERE ${asked.sql}`, asked.values)[0])
    },
    page(query, range, { newestFirst, limit }) {
      const asked = expressionOf(query, range)
      if (asked === null) return []
      const order = newestFirst ? 'DESC' : 'ASC'
      const sql = `SELECT rowid FROM ft WHERE ${asked.sql} ORDER BY rowid ${order} LIMIT ? + 0`
      return rows(sql, [...asked.values, limit]).map(firstNumber)
    },
  }
}

function numberOf(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0])
}

function firstNumber(row: unknown): number {
  return Array.isArray(row) ? Number(row[0]) : 0
}
