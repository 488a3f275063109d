import { join } from 'node:path'
import { type LogHost } from '../api/log-routes.ts'
import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { systemTimer } from '../base/timer.ts'
import { type Keys } from '../record/keys/ports.ts'
import { parseVerifierKey, type VerifierKey } from '../record/ledger/note.ts'
import { type OwnLog } from '../record/witness/own-log.ts'
import { checkWitnessed } from '../record/witness/start-check.ts'
import { openWitnessing } from '../record/witness/witnessing.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { fileTileStore } from '../storage/files/tile-store.ts'
import { httpAsking } from '../storage/http/asking.ts'
import { type Config } from './config.ts'
import { logHostOf } from './log-host.ts'
import { measureWitnesses } from './measures.ts'
import { type Metrics } from './metrics.ts'
import { type Storage } from './storage.ts'
import { readPolicy } from './witness-policy.ts'

/** Of each question to a witness. A start waits for it, too. */
const witnessTimeoutMs = 5_000

type Outside = {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly storage: Pick<Storage, 'record' | 'keys'>
}

/**
 * What outsiders hold the record by: witnesses, and the log for whoever may read it.
 *
 * @param opened takes what closes it again
 * @returns the log over HTTP; null: for nobody
 * @throws {OperatorError} when a setting is wrong, or witnesses have seen another history than the one here
 */
export async function openProofs(
  config: Config,
  outside: Outside,
  opened: AsyncDisposableStack,
): Promise<LogHost | null> {
  const { storage, clock, log, metrics } = outside
  const { witnessPolicyFile, witnessEveryMs, witnessLagMsMax } = config.proofs
  if (witnessPolicyFile !== null) {
    const own = ownLogIn(config.data, storage.keys)
    const stopping = new AbortController()
    const parts = {
      own,
      policy: readPolicy(witnessPolicyFile, storage.keys.log.verifierKeys),
      store: fileSizedStore(join(config.data, dataPaths.log, 'witnessed')),
      ask: httpAsking(witnessTimeoutMs, stopping.signal),
      log,
    }
    await checkWitnessed(parts)
    const witnessing = openWitnessing({
      ...parts,
      signed: () => storage.record.standing().signed,
      clock,
      timer: systemTimer,
      everyMs: witnessEveryMs,
      lagMsMax: witnessLagMsMax,
    })
    opened.defer(async () => {
      stopping.abort()
      await witnessing.close()
    })
    measureWitnesses(metrics, () => witnessing.standing())
  }
  return logHostOf(config, storage.keys.log.origin)
}

/** The log in a data folder, as witnesses see it. */
function ownLogIn(data: string, keys: Pick<Keys, 'log'>): OwnLog {
  const dir = join(data, dataPaths.log)
  const checkpoints = fileCheckpointStore(dir)
  const tiles = fileTileStore(dir)
  return {
    origin: keys.log.origin,
    // Anew each time: the keys may be changed while the server runs.
    pairs: () => {
      const { verifierKeys, past } = keys.log
      return [verifierKeys, ...past.map((one) => one.verifierKeys).toReversed()].map((pair) =>
        pair.map(keyIn),
      )
    },
    head: async () => await checkpoints.read(),
    readTile: async (path) => await tiles.read(path),
  }
}

function keyIn(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  if (typeof key === 'string') throw new Error(`a key of our own: ${key}`)
  return key
}
