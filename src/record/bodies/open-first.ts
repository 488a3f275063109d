import { RecordUnreadable } from '../errors.ts'
import { type Use } from '../keys/uses.ts'
import { type LogPosition } from '../types.ts'
import { type Checked, type RecordOpener } from './ports.ts'

/** The first of some records: those that were opened, or the first of all, which does not open. */
export type First =
  | { readonly opened: readonly Checked[]; readonly unreadable: null }
  | { readonly opened: readonly []; readonly unreadable: RecordUnreadable }

/** For who goes on behind a record that is destroyed or damaged. @param positions one at least */
export async function openFirst(
  positions: readonly LogPosition[],
  opener: RecordOpener,
  use?: Use,
): Promise<First> {
  try {
    return { opened: await opener.open(positions, use), unreadable: null }
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    const bad = positions.indexOf(error.position)
    if (bad < 0) throw error
    if (bad > 0) return await openFirst(positions.slice(0, bad), opener, use)
    return { opened: [], unreadable: error }
  }
}
