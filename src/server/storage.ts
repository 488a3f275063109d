import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemTicks } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { makeDirDurably } from '../base/files.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { type Audit } from '../audit/open.ts'
import { type SiemState } from '../audit/ports.ts'
import { type Answers } from '../directory/web/ports.ts'
import { type Clients, createClients } from '../directory/clients.ts'
import { type LdapSync } from '../directory/ldap/sync.ts'
import { openDirectory } from '../directory/open.ts'
import { type Directory } from '../directory/ports.ts'
import { webCost } from '../directory/web-password.ts'
import { type OidcSignIn } from '../directory/oidc/sign-in.ts'
import { createEnrolment, type Enrolment } from '../directory/web/enrolment.ts'
import { createSecondStep, type SecondStep } from '../directory/web/second-step.ts'
import { openSessions, type Sessions } from '../directory/web/sessions.ts'
import { type Post } from '../directory/webhooks/ports.ts'
import { type Webhooks } from '../directory/webhooks/webhooks.ts'
import { type BreakGlass } from '../directory/break-glass/break-glass.ts'
import { type Matters } from '../discovery/matters/matters.ts'
import { type ExportJobs } from '../discovery/exports/jobs.ts'
import { forgetsFiles } from '../files/forget-files.ts'
import { type FileState, type FileStore } from '../files/ports.ts'
import { type HolderWatch, watchHolders } from '../record/keys/holder-watch.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Flush } from '../record/ledger/log.ts'
import { retentionSchedule } from '../record/disposal/retention-schedule.ts'
import { type HeadsSource } from '../record/heads/ports.ts'
import { type Statements } from '../record/heads/statements.ts'
import { type Record } from '../record/ports.ts'
import { type Forgetter } from '../record/disposal/ports.ts'
import { openRetention, type Retention } from '../record/retention/open.ts'
import { type Schedule } from '../record/retention/ports.ts'
import { keptStamps, type Stamps, timestampsFolder } from '../record/timestamps/kept.ts'
import { type KeyedPlace } from '../storage/embedded/key-line.ts'
import { type SearchBeside } from '../storage/embedded/search-thread.ts'
import { fileStore } from '../storage/files/file-store.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { relationalAccess } from '../storage/relational/access.ts'
import { relationalAccountStore } from '../storage/relational/account-store.ts'
import { relationalAddresses, type Addresses } from '../storage/relational/addresses.ts'
import { relationalClientState } from '../storage/relational/client-state.ts'
import { forgetsWrittenAhead } from '../storage/relational/forget.ts'
import { relationalFiles } from '../storage/relational/file-state.ts'
import { openState, type State } from '../storage/relational/open-state.ts'
import { relationalAttendance } from '../storage/relational/attendance.ts'
import { relationalPlans } from '../storage/relational/disposal-plans.ts'
import { relationalEvents } from '../storage/relational/records-events.ts'
import { relationalPepStore } from '../storage/relational/pep-store.ts'
import { relationalPushStore } from '../storage/relational/push-store.ts'
import { relationalPeople } from '../storage/relational/people.ts'
import { relationalRetention } from '../storage/relational/retention.ts'
import { relationalRooms } from '../storage/relational/rooms.ts'
import { type AlarmStore } from '../alarms/ports.ts'
import { relationalAlarms } from '../storage/relational/alarms.ts'
import { relationalAnswers } from '../storage/relational/answers.ts'
import { relationalSessions } from '../storage/relational/sessions.ts'
import { relationalSignIns } from '../storage/relational/sign-ins.ts'
import { type PepStore } from '../xmpp/pep/ports.ts'
import { type PushStore } from '../xmpp/push/ports.ts'
import { type AccountStore, type SignInStore } from '../xmpp/ports.ts'
import { type RoomStore } from '../xmpp/rooms/ports.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { type Config } from './config.ts'
import { type Ldap, openLdap } from './ldap.ts'
import { openTrail } from './audit.ts'
import { forgetsIn, questionsOf } from './discovery.ts'
import { openEmbeddedRecord } from './embedded-record.ts'
import { type Management, type ManagementParts, openManagement } from './management.ts'
import { openExports } from './exports.ts'
import { openOidc } from './oidc.ts'
import { webOriginOf } from './public-urls.ts'
import { openHooks } from './hooks.ts'
import { openSealedAccess } from './break-glass.ts'
import { openMatterStore } from './matters.ts'
import { openStatements } from './statements.ts'
import { openVault } from './vault.ts'

/** What outlives a stop: the record, and the state beside it. */
export type Storage = {
  readonly record: Record
  readonly retention: Retention
  readonly keys: Keys
  /** For threads that need keys, too. */
  readonly keyed: KeyedPlace
  readonly heads: HeadsSource
  readonly statements: Statements
  /** RFC 3161 time stamps over heads. */
  readonly stamps: Stamps
  readonly search: SearchBeside
  readonly addresses: Addresses
  readonly directory: Directory
  /** Null where there is no directory server. */
  readonly ldap: LdapSync | null
  readonly clients: Clients
  /** Who has signed in in browsers, and what the API has answered. */
  readonly sessions: Sessions
  readonly answers: Answers
  /** What has to be looked at. */
  readonly alarms: AlarmStore
  readonly secondStep: SecondStep
  readonly enrolment: Enrolment
  readonly audit: Audit
  /** How far acts were sent to who watches them elsewhere. */
  readonly siem: SiemState
  readonly oidc: OidcSignIn | null
  readonly accounts: AccountStore
  readonly signIns: SignInStore
  readonly rooms: RoomStore
  readonly pep: PepStore
  readonly push: PushStore
  /** Holds and disposal. */
  readonly management: Management
  readonly files: { readonly state: FileState; readonly store: FileStore }
  /** Where events of bots go, and what sends them there. */
  readonly webhooks: Webhooks
  readonly post: Post
  readonly exportJobs: ExportJobs
  readonly matters: Matters
  readonly breakGlass: BreakGlass
}

export type Outside = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Doubt about the record. Does not return. */
  readonly fatal: (error: unknown) => never
  /** Told of each batch that was flushed, to be counted. */
  readonly onFlush: (flush: Flush) => void
  /** Told of the recovery kit as soon as a key was made: whatever fails after that, nobody gets it again. */
  readonly onNewKey: (recoveryKit: string) => void
}

/**
 * Opens a data folder, made where there is none, and keeps others out of it.
 *
 * @param opened takes what closes it again, in the right order
 * @throws {OperatorError} when it cannot be opened, with one sentence that says what to do
 */
export async function openStorage(
  config: Config,
  outside: Outside,
  opened: AsyncDisposableStack,
): Promise<Storage> {
  await makeDataFolder(config.data)
  opened.defer(lockFolder(config.data))
  const vault = await openVault(config, outside, opened)
  const { keys } = vault
  const state = await openState(join(config.data, 'state.db'))
  opened.defer(async () => await state.close())
  const retention = await openRetention({
    ...outside,
    state: relationalRetention(state.db, keys),
    approvals: config.retentionApprovals,
  })
  const schedule = (): Schedule => retention.schedule()
  const watch = watchKeys(config, keys, { ...outside, opened })
  const { record, search } = await openEmbeddedRecord(config, vault, {
    ...outside,
    schedule,
    refusal: () => vault.refusal() ?? watch.refusal(),
  })
  opened.defer(async () => await record.close())
  const ldap = openLdap(config, outside)
  const directory = await openPeople(config, { ...outside, db: state.db, keys, record, ldap })
  await retention.start(record, groupsIn(directory))
  const [accounts, signIns] = [relationalAccountStore(state.db), relationalSignIns(state.db)]
  const rooms = relationalRooms(state.db, keys)
  const addresses = relationalAddresses(state.db)
  const found = { search, addresses, keyed: vault.place }
  const web = await openWeb(config, { ...outside, directory, db: state.db, keys, record }, opened)
  const files = {
    state: relationalFiles(state.db, keys),
    store: await fileStore(join(config.data, 'files')),
  }
  const management = await openManagement(config, {
    ...outside,
    record,
    keys,
    schedule: scheduleOf(retention, directory),
    ...managed(state.db, keys),
    questions: questionsOf(config, { ...found, rooms }),
    ...found,
    forgetters: [forgetsFiles({ ...files, ...outside }), ...forgetters(state.db, search)],
  })
  opened.defer(async () => await management.close())
  const people = {
    directory,
    ldap: syncOf(ldap, directory, opened),
    accounts,
    signIns,
    ...openTrail(config, { ...outside, record, directory, keys, db: state.db }, opened),
  }
  const stamps = keptStamps(fileSizedStore(join(config.data, timestampsFolder)))
  const openings = async (): ReturnType<Keys['openings']> => await keys.openings()
  const stating = { ...outside, record, retention, stamps, openings }
  const stated = { ...openStatements(config, stating), ...found, stamps }
  const kept = { rooms, management, files, ...publishing(state.db, keys) }
  const exporting = { ...outside, ...stated, record, keys, directory, db: state.db }
  const office = await openOffice(config, { ...exporting, reading: vault.reading }, opened)
  return { record, keys, retention, ...stated, ...people, ...web, ...kept, ...office }
}

/** What officers and outside examiners work with. */
async function openOffice(
  config: Config,
  parts: Parameters<typeof openExports>[1] & Parameters<typeof openSealedAccess>[0],
  opened: AsyncDisposableStack,
): Promise<Pick<Storage, 'exportJobs' | 'matters' | 'breakGlass'>> {
  return {
    exportJobs: await openExports(config, parts, opened),
    matters: await openMatterStore(parts),
    breakGlass: await openSealedAccess(parts),
  }
}

/** What people publish about themselves, and where their clients are woken. */
function publishing(db: State['db'], keys: Keys): Pick<Storage, 'pep' | 'push'> {
  return { pep: relationalPepStore(db, keys), push: relationalPushStore(db, keys) }
}

async function openPeople(
  config: Config,
  parts: Outside & {
    readonly db: State['db']
    readonly keys: Keys
    readonly record: Record
    readonly ldap: Ldap | null
  },
): Promise<Directory> {
  const { db, keys, ldap } = parts
  return await openDirectory({
    ...parts,
    ...config,
    state: relationalPeople(db, keys),
    access: relationalAccess(db, keys),
    parseAddress: parseJid,
    webCost,
    elsewhere: ldap?.elsewhere ?? null,
  })
}

type Web = Pick<
  Storage,
  | 'clients'
  | 'sessions'
  | 'answers'
  | 'alarms'
  | 'secondStep'
  | 'enrolment'
  | 'oidc'
  | 'webhooks'
  | 'post'
>

/** Who comes back with what he was given, what the API has answered, and where events of bots go. */
async function openWeb(
  config: Config,
  parts: Outside & {
    readonly directory: Directory
    readonly db: State['db']
    readonly keys: Keys
    readonly record: Record
  },
  opened: AsyncDisposableStack,
): Promise<Web> {
  const { db, keys, clock } = parts
  const { tokenMs, sessionMs: idleMs, domain, secondFactor: mode } = config
  const origin = webOriginOf(config)
  const party = { id: new URL(origin).hostname, origins: [origin], name: domain }
  const secondStep = createSecondStep({ ...parts, party, mode })
  const sessions = await openSessions({ ...parts, state: relationalSessions(db, keys), idleMs })
  return {
    ...(await openHooks(config, parts, opened)),
    secondStep,
    sessions,
    oidc: openOidc(config, { ...parts, sessions }),
    enrolment: createEnrolment({ ...parts, secondStep, domain }),
    clients: createClients({ ...parts, state: relationalClientState(db), tokenMs }),
    answers: relationalAnswers(db, keys, clock),
    alarms: relationalAlarms(db),
  }
}

function syncOf(
  ldap: Ldap | null,
  directory: Directory,
  opened: AsyncDisposableStack,
): LdapSync | null {
  if (ldap === null) return null
  const sync = ldap.sync(directory)
  opened.defer(async () => await sync.stop())
  return sync
}

/** Who is in which group. */
function groupsIn(directory: Directory): Parameters<Retention['start']>[1] {
  return {
    of: (person) => directory.groupsOf(person),
    get version() {
      return directory.groupsVersion
    },
  }
}

/** When buckets are due. Who has an account here can leave. */
function scheduleOf(retention: Retention, directory: Directory): ManagementParts['schedule'] {
  return retentionSchedule(
    () => retention.standing,
    (person) => directory.get(person) !== null,
  )
}

/** What has words of records beside files and the record itself. */
function forgetters(db: State['db'], search: SearchBeside): readonly Forgetter[] {
  return [forgetsWrittenAhead(db), forgetsIn(search)]
}

/** @returns what gives it free. @throws {OperatorError} when somebody else has it */
function lockFolder(data: string): () => void {
  const lock = tryFileLock(join(data, 'lock'))
  if (lock !== null) return () => lock.release()
  throw new OperatorError(
    'data.in-use',
    `Another server holds the data folder ${data}: stop that, or set ONRECORD_DATA to another folder.`,
  )
}

/** Asks the holders now and again while the folder is open. */
function watchKeys(
  { keyAwayMsMax: awayMsMax }: Config,
  keys: Keys,
  { log, opened }: { readonly log: Log; readonly opened: AsyncDisposableStack },
): HolderWatch {
  const watch = watchHolders({ keys, awayMsMax, ticks: systemTicks, timer: systemTimer, log })
  opened.defer(() => watch.stop())
  return watch
}

/** What holds and disposal keep in `state.db`. */
function managed(
  db: State['db'],
  keys: Keys,
): Pick<ManagementParts, 'events' | 'plans' | 'attendance'> {
  return {
    events: relationalEvents(db, keys),
    plans: relationalPlans(db),
    attendance: async () => await relationalAttendance(db),
  }
}

async function makeDataFolder(path: string): Promise<void> {
  try {
    await makeDirDurably(path)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError(
      'data.no-folder',
      `The data folder ${path} cannot be made or written in (${why}): let this user write there, or set ONRECORD_DATA to another folder.`,
      { cause },
    )
  }
}
