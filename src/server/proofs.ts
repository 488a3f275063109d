import { join } from 'node:path'
import { type LogHost } from '../api/log-routes.ts'
import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { systemTimer } from '../base/timer.ts'
import { checkWitnessed } from '../record/witness/start-check.ts'
import { openWitnessing } from '../record/witness/witnessing.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { httpAsking } from '../storage/http/asking.ts'
import { type Config } from './config.ts'
import { logHostOf } from './log-host.ts'
import { measureWitnesses } from './measures.ts'
import { type Metrics } from './metrics.ts'
import { ownLogIn } from './own-log.ts'
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
