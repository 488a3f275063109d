import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { openAlarms } from '../alarms/alarms.ts'
import { createBell } from '../alarms/bell.ts'
import { adminApi } from '../api/door/admin.ts'
import { resumeApproved } from '../api/approvals/carry-out.ts'
import { type Health } from '../api/door/health.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { createThrottle, defaultThrottle } from '../directory/throttle.ts'
import { productVersion } from '../base/version.ts'
import { type Flush } from '../record/ledger/log.ts'
import { listenAdminSocket } from './admin-socket.ts'
import { ringAlarms, watchOver } from './alarms.ts'
import { type Config } from './config.ts'
import { connectionsMaxOf, limitConnections, openFilesMax } from './connections.ts'
import { type Corridor, openCorridor } from './corridor.ts'
import { serveFiles } from './files.ts'
import { endGuestsInTime } from './guests.ts'
import { greeting, keyMade } from './greeting.ts'
import { deliveriesOf } from './hooks.ts'
import { leavingOffline } from './leaving-offline.ts'
import { openListeners } from './listeners.ts'
import { openLog } from './log.ts'
import { measureDisposals } from './measures.ts'
import { createMetrics } from './metrics.ts'
import { refuseHalfRestored } from './new-record.ts'
import { writePidFile } from './pid-file.ts'
import { openProofs } from './proofs.ts'
import { selfSignedPair } from './self-signed.ts'
import { takeOverEnding } from './stop-signals.ts'
import { apiHost } from './api-host.ts'
import { sumUpMonths } from './audit.ts'
import { startSiem } from './siem.ts'
import { openScrub } from './scrub.ts'
import { watchSealedAccess } from './break-glass.ts'
import { settleMatters } from './matters.ts'
import { startExports } from './exports.ts'
import { noteWays } from './ways-out.ts'
import { openStorage, type Storage } from './storage.ts'
import { type Certificate, openCertificate } from './tls.ts'

/** What the start does beside serving. */
export type ServeOptions = {
  /** Where to write the process id once everything listens; null: nowhere. */
  readonly pidFile: string | null
  /** Lines for the person who started it. */
  readonly say: (line: string) => void
}

/**
 * Serves until a signal says to stop.
 *
 * @returns the exit status
 * @throws {OperatorError} when it cannot start, with one sentence that says what to do
 */
export async function serve(config: Config, { pidFile, say }: ServeOptions): Promise<number> {
  refuseHalfRestored(config.data)
  const metrics = createMetrics()
  const bell = createBell()
  const log = bell.ringing(metrics.counting(openLog(config.logLevel, systemClock)))
  const ending = takeOverEnding(log)
  // What was opened is closed in the opposite order, also when a later part cannot be opened.
  await using opened = new AsyncDisposableStack()
  opened.defer(ending.release)
  opened.defer(limitConnections(connectionsMaxOf(openFilesMax()), log))

  const outside = {
    clock: systemClock,
    random: systemRandom(),
    log,
    fatal: ending.fatal,
    onFlush: (flush: Flush) => metrics.observeFlush(flush),
    onNewKey: (kit: string) => keyMade(kit).forEach(say),
  }
  const storage = await openStorage(config, outside, opened)
  const { record, directory } = storage
  const logHost = await openProofs(config, { ...outside, storage, metrics }, opened)

  const certificate = await ownCertificate(config, outside, opened)

  const served = await serveFiles(config, { ...outside, storage })
  opened.defer(async () => await served.files.close())
  const corridor = await openCorridor(config, { ...outside, storage, served, certificate, metrics })
  opened.defer(async () => await corridor.close())

  let state: 'starting' | 'up' | 'stopping' = 'starting'
  const health: Health = {
    metrics: metrics.text,
    notReady: () =>
      state === 'up' ? record.notWritable() : { reason: state, text: `The server is ${state}.` },
  }
  await noteWays(config, { record, log })
  const alarms = await ringAlarms(config, { ...outside, bell, storage })
  opened.defer(watchOver(config, { ...outside, alarms, certificate }))
  const { chat, leaving } = corridor
  const deliveries = deliveriesOf(chat, { ...outside, storage }, opened)
  const offered = { throttle: corridor.streams.throttle, alarms, leaving, chat, deliveries }
  const running = { ...corridor, metrics, missing: () => health.notReady() }
  const host = apiHost(config, storage, { ...outside, ...offered, running })
  await resumeApproved(host)
  const listening = { ...corridor, certificate, health, files: served.host, logHost, host }
  const listeners = await openListeners(config, listening)
  opened.defer(async () => await listeners.close())
  // Other servers may ask us who we are before they take anything.
  await corridor.servers?.resume()

  const api = adminApi(host)
  opened.defer(async () => await api.close())
  await listenAdminSocket(api, join(config.data, 'admin.sock'))
  if (pidFile !== null) opened.defer(await writePidFile(pidFile))

  await startBeside(config, { outside: { ...outside, metrics }, storage, corridor }, opened)
  // People are served first.
  storage.search.start()
  storage.ldap?.start()
  state = 'up'
  log.info('server.started', { records: record.size })
  const standing = {
    version: productVersion,
    listeners,
    certificate: { fingerprint: certificate.fingerprint(), isSelfSigned: config.tls === null },
    isNobodyThere: directory.list().length === 0,
  }
  say(greeting(config, standing).join('\n'))

  // Node does this at a clean end. After a kill the next start would compile everything anew, which doubles its time.
  flushCompileCache()
  await ending.told
  state = 'stopping'
  await opened.disposeAsync()
  log.info('server.stopped')
  return 0
}

/** What goes on beside those who are served. */
async function startBeside(
  config: Config,
  {
    outside,
    storage,
    corridor,
  }: {
    readonly outside: Parameters<typeof openScrub>[2]
    readonly storage: Storage
    readonly corridor: Corridor
  },
  opened: AsyncDisposableStack,
): Promise<void> {
  const { metrics } = outside
  opened.defer(await endGuestsInTime(storage.directory, outside))
  opened.defer(await startSiem(config, storage, outside))
  opened.defer(sumUpMonths(storage, outside, corridor))
  storage.management.begin()
  measureDisposals(metrics, storage.management.disposals)
  storage.statements.start()
  opened.defer(async () => await storage.statements.stop())
  opened.defer(await startExports(storage.exportJobs, outside.log))
  await settleMatters(storage)
  opened.defer(await watchSealedAccess(storage, outside, corridor))

  opened.defer(await openScrub(config, storage, outside))
}

/** The pair of the settings, or a self-signed one. SIGHUP has it read again. */
async function ownCertificate(
  config: Config,
  outside: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  opened: AsyncDisposableStack,
): Promise<Certificate> {
  const { domain } = config
  const files = config.tls ?? (await selfSignedPair(join(config.data, 'tls'), domain, outside))
  const certificate = openCertificate(files, { ...outside, domain })
  opened.defer(certificate.close)
  process.on('SIGHUP', certificate.reload)
  opened.defer(() => void process.off('SIGHUP', certificate.reload))
  return certificate
}

/** What a command does when no server runs over the data folder: the same acts, by the same code. */
export type Offline = AsyncDisposable & {
  administer(act: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
    readonly path: string
    readonly body?: object
    readonly headers?: Readonly<Record<string, string>>
  }): Promise<{ readonly status: number; readonly body: string }>
}

/**
 * Opens the data folder without serving.
 *
 * @param say a line for the person who typed the command
 * @param isRestoring a restore opens what it has put there before anybody else may
 * @throws {OperatorError} as `serve`
 */
export async function openOffline(
  config: Config,
  say: (line: string) => void,
  { isRestoring = false }: { readonly isRestoring?: boolean } = {},
): Promise<Offline> {
  if (!isRestoring) refuseHalfRestored(config.data)
  const log = openLog('warn', systemClock)
  const fatal = (error: unknown): never => {
    log.error('offline.fatal', { error: String(error) })
    return process.exit(1)
  }
  await using opening = new AsyncDisposableStack()
  const onNewKey = (kit: string): void => keyMade(kit).forEach(say)
  const told = { fatal, onFlush() {}, onNewKey }
  const outside = { clock: systemClock, random: systemRandom(), log, ...told }
  const storage = await openStorage(config, outside, opening)
  // What was approved is carried out before the command ends.
  opening.defer(async () => await storage.management.disposals.idle())
  const throttle = createThrottle(defaultThrottle, systemClock)
  const { escalateMs } = config.alarms
  const alarms = await openAlarms({ ...storage, ...outside, store: storage.alarms, escalateMs })
  const leaving = leavingOffline(storage, config.domain)
  const host = {
    ...outside,
    throttle,
    alarms,
    leaving,
    chat: null,
    deliveries: null,
    running: null,
  }
  const api = adminApi(apiHost(config, storage, host))
  opening.defer(async () => await api.close())
  const opened = opening.move()
  return {
    async administer({ method, path, body, headers }) {
      const { statusCode, payload } = await api.inject({
        method,
        url: path,
        ...(headers && { headers }),
        ...(body && { payload: body }),
      })
      return { status: statusCode, body: payload }
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  }
}
