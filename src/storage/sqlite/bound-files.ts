import { openForAudit } from './open-for-audit.ts'

/** A file that records name, and the newest of them. */
export type BoundFile = { readonly file: string; readonly position: number }

/** In state.db, beside its writer: the first behind that name, or the one of that name. */
export function boundFileAfter(
  path: string,
  name: string,
  { isSame = false }: { readonly isSame?: boolean } = {},
): BoundFile | null {
  const db = openForAudit(path)
  try {
    const row = db
      .prepare(
        `SELECT file, max(position) AS position FROM file_binding
         WHERE file ${isSame ? '=' : '>'} ? GROUP BY file ORDER BY file LIMIT 1`,
      )
      .get(name)
    return row === undefined
      ? null
      : { file: String(row['file']), position: Number(row['position']) }
  } finally {
    db.close()
  }
}
