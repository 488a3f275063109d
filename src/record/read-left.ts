import { type Opened } from './bodies/opened.ts'
import { RecordUnreadable } from './errors.ts'
import { type Record } from './ports.ts'
import { type LogPosition } from './types.ts'

/** As `readSome`, with null for a record that was disposed of: its row may have been found just before. */
export async function readLeft(
  record: Pick<Record, 'readSome'>,
  positions: readonly LogPosition[],
): Promise<readonly (Opened | null)[]> {
  try {
    return await record.readSome(positions)
  } catch (error) {
    if (!(error instanceof RecordUnreadable) || !error.isGone) throw error
    const at = positions.indexOf(error.position)
    return at > 0 ? await readLeft(record, positions.slice(0, at)) : [null]
  }
}

/** One of them. */
export async function readIfLeft(
  record: Pick<Record, 'read'>,
  position: LogPosition,
): Promise<Opened | null> {
  try {
    return await record.read(position)
  } catch (error) {
    if (error instanceof RecordUnreadable && error.isGone) return null
    throw error
  }
}
