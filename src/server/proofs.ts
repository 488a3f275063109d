import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LogHost } from '../api/record/log-routes.ts'
import { type Clock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { type RecordStanding } from '../record/ports.ts'
import { type Certificate, parsePem } from '../record/timestamps/certificate.ts'
import { openStamping, type StampService } from '../record/timestamps/stamping.ts'
import { checkWitnessed } from '../record/witness/start-check.ts'
import { openWitnessing } from '../record/witness/witnessing.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { httpAsking } from '../storage/http/asking.ts'
import { type Config } from './config.ts'
import { logHostOf } from './log-host.ts'
import { measureStamps, measureWitnesses } from './measures.ts'
import { type Metrics } from './metrics.ts'
import { ownLogIn } from './own-log.ts'
import { type Storage } from './storage.ts'
import { readPolicy } from './witness-policy.ts'

/** Of each question to a witness, or to a time-stamping service. A start waits for witnesses, too. */
const askedTimeoutMs = 5_000

type Outside = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly storage: Pick<Storage, 'record' | 'keys' | 'stamps'>
}

/**
 * What outsiders hold the record by: witnesses, time stamps, and the log for whoever may read it.
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
  const { keys } = outside.storage
  const { witnessPolicyFile, timestamps } = config.proofs
  // Before anybody is asked: what is set is told of at once.
  const service = timestamps && { url: timestamps.url, roots: readRoots(timestamps.caFile) }
  if (witnessPolicyFile !== null) await openWitnesses(config, witnessPolicyFile, outside, opened)
  if (service !== null && timestamps !== null)
    openStamps(config, { ...timestamps, service }, outside, opened)
  return logHostOf(config, keys.log.origin)
}

async function openWitnesses(
  config: Config,
  policyFile: string,
  { storage, clock, log, metrics }: Outside,
  opened: AsyncDisposableStack,
): Promise<void> {
  const { witnessEveryMs: everyMs, witnessLagMsMax: lagMsMax } = config.proofs
  const stopping = new AbortController()
  const parts = {
    own: ownLogIn(config.data, storage.keys),
    policy: readPolicy(policyFile, storage.keys.log.verifierKeys),
    store: fileSizedStore(join(config.data, dataPaths.log, 'witnessed')),
    ask: httpAsking(askedTimeoutMs, stopping.signal),
    log,
  }
  await checkWitnessed(parts)
  const signed = (): Signed => storage.record.standing().signed
  const times = { clock, timer: systemTimer, everyMs, lagMsMax }
  const witnessing = openWitnessing({ ...parts, ...times, signed })
  opened.defer(async () => {
    stopping.abort()
    await witnessing.close()
  })
  measureWitnesses(metrics, () => witnessing.standing())
}

type Signed = RecordStanding['signed']

function openStamps(
  { data }: Config,
  settings: { readonly service: StampService; readonly everyMs: number; readonly lagMsMax: number },
  { storage, metrics, ...outside }: Outside,
  opened: AsyncDisposableStack,
): void {
  const stopping = new AbortController()
  const stamping = openStamping({
    ...outside,
    ...settings,
    own: ownLogIn(data, storage.keys),
    signed: () => storage.record.standing().signed,
    stamps: storage.stamps,
    ask: httpAsking(askedTimeoutMs, stopping.signal),
    timer: systemTimer,
  })
  opened.defer(async () => {
    stopping.abort()
    await stamping.close()
  })
  measureStamps(metrics, () => stamping.standing(), outside.clock)
}

const rootsBytesMax = 1024 * 1024

/** @throws {OperatorError} when the file has no certificates */
function readRoots(path: string): readonly Certificate[] {
  const refuse = (what: string, cause?: unknown): never => {
    const text = `ONRECORD_TIMESTAMP_CA=${path} ${what}.`
    throw new OperatorError('timestamp.bad-ca', text, { cause })
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    return refuse('cannot be read: let this user read it, or unset it', cause)
  }
  if (text.length > rootsBytesMax) return refuse(`has more than ${rootsBytesMax} bytes`)
  const roots = parsePem(text)
  return typeof roots === 'string' ? refuse(`is no file of certificates: ${roots}`) : roots
}
