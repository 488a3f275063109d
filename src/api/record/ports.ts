import { type ScrubKept } from '../../record/scrub/ports.ts'
import { type OwnLog } from '../../record/witness/own-log.ts'

/** The record as a log: what it is proved with, and when it was last read again. */
export type ProvedLog = Pick<OwnLog, 'origin' | 'head' | 'readTile' | 'pairs'> & {
  /** Of both keys that sign heads, as c2sp.org/signed-note has them. */
  verifierKeys(): readonly string[]
  scrubbed(): Promise<ScrubKept>
}
