// Which rooms have, or had, an address: who destroys one and makes another in its place hides nothing of it.

import { roomsArchive } from '../intake/conversation.ts'
import { RecordUnreadable } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'

/** Rows that are looked at, and records that are opened, at a time. */
const atOnce = 1_000

type Reading = Pick<Record, 'size' | 'integrated' | 'mailbox' | 'readSome'>

/**
 * Ids of rooms that were made with that address, the oldest first, out of the acts that are on record. Nothing is kept of it: what is disposed of is known
 * to nobody. It takes some 30 µs a room.
 */
export async function roomsEverAt(address: string, record: Reading): Promise<readonly string[]> {
  await record.integrated(record.size)
  const found: string[] = []
  for (let after = -1; ;) {
    const query = { owner: roomsArchive, after, limit: atOnce, newestFirst: false }
    const rows = record.mailbox.rows(query)
    const last = rows.at(-1)
    if (last === undefined) return found
    const made = rows.filter(({ kind }) => kind === 'room.create').map(({ position }) => position)
    found.push(...(await madeAt(address, made, record)))
    after = last.position
  }
}

async function madeAt(
  address: string,
  positions: readonly LogPosition[],
  record: Reading,
): Promise<readonly string[]> {
  const found: string[] = []
  for (let rest = positions; rest.length > 0;) {
    try {
      const some = await record.readSome(rest)
      for (const { content, envelope } of some) {
        // Written by `draftOfAct`: it has the form that it had there.
        const { address: its }: { readonly address?: unknown } = JSON.parse(content)
        if (its === address) found.push(envelope.conv)
      }
      rest = rest.slice(some.length)
    } catch (error) {
      // Disposed of meanwhile, or damaged, which verification tells.
      if (!(error instanceof RecordUnreadable)) throw error
      const bad = error.position
      rest = rest.filter((position) => position !== bad)
    }
  }
  return found
}
