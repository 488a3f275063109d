import { type Opened } from '../../src/record/bodies/opened.ts'
import { type LogPosition } from '../../src/record/types.ts'

type Reads = { readSome(positions: readonly LogPosition[]): Promise<readonly Opened[]> }

/** What a reader gives some at a time, all of it. */
export async function readAll(
  reader: Reads,
  positions: readonly LogPosition[],
): Promise<readonly Opened[]> {
  const all: Opened[] = []
  while (all.length < positions.length) {
    all.push(...(await reader.readSome(positions.slice(all.length, all.length + 1_000))))
  }
  return all
}
