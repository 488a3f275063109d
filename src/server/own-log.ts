import { join } from 'node:path'
import { signingPairs } from '../record/keys/own-heads.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type OwnLog } from '../record/witness/own-log.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { fileTileStore } from '../storage/files/tile-store.ts'

/** The log in a data folder, as witnesses see it. */
export function ownLogIn(data: string, keys: Pick<Keys, 'log'>): OwnLog {
  const dir = join(data, dataPaths.log)
  const checkpoints = fileCheckpointStore(dir)
  const tiles = fileTileStore(dir)
  return {
    origin: keys.log.origin,
    // Anew each time: the keys may be changed while the server runs.
    pairs: () => signingPairs(keys.log),
    head: async () => await checkpoints.read(),
    readTile: async (path) => await tiles.read(path),
  }
}
