import { routes } from '../../src/api/door/admin.ts'
import { type ApiHost } from '../../src/api/door/route.ts'
import { createEnrolment } from '../../src/directory/web/enrolment.ts'
import { createSecondStep } from '../../src/directory/web/second-step.ts'
import { openSessions } from '../../src/directory/web/sessions.ts'
import { createThrottle, defaultThrottle } from '../../src/directory/throttle.ts'
import { type Webhooks } from '../../src/directory/webhooks/webhooks.ts'
import { silentLog } from '../../src/base/log.ts'
import { type Disposals } from '../../src/record/disposal/disposals.ts'
import { type Holds } from '../../src/record/holds/holds.ts'
import { createKeyKeeping } from '../../src/record/keys/keeping.ts'
import { openRetention } from '../../src/record/retention/open.ts'
import { fakeAudit } from './audit.ts'
import { memoryExports } from './exports.ts'
import { memoryBreakGlass } from './break-glass.ts'
import { memoryMatters } from './matters.ts'
import { memoryAnswers } from './answers.ts'
import { fakeDirectory } from './directory.ts'
import { fakeRecord } from './record.ts'
import { memorySessions } from './session-state.ts'
import { memoryRetentionState } from './retention-state.ts'
import { memoryKeys, seededRandom } from './vault.ts'

const noHolds: Holds = {
  place: async () => await Promise.reject(new Error('nothing is held here')),
  release: async () => await Promise.reject(new Error('nothing is held here')),
  get: () => null,
  list: () => [],
  matching: async () => [],
  count: async () => ({ records: 0, below: 0 }),
}

const never = async (): Promise<never> =>
  await Promise.reject(new Error('there are no webhooks here'))

const noWebhooks: Webhooks = {
  make: never,
  list: () => [],
  get: () => null,
  remove: never,
  setEnabled: never,
  deliveries: never,
  secretOf: never,
  progressOf: () => ({ cursor: -1, failingSince: null }),
  noteProgress: never,
  noteDelivery: never,
  onChanged() {},
}

const noDisposals: Disposals = {
  due: () => [],
  overdue: () => [],
  preview: async () => [],
  propose: async () => await Promise.reject(new Error('nothing is due here')),
  order: async () => await Promise.reject(new Error('nothing is due here')),
  approve: async () => await Promise.reject(new Error('nothing is due here')),
  get: () => null,
  list: () => [],
  certificates: () => [],
  stateOfBucket: () => 'live',
  resume() {},
  async idle() {},
  async close() {},
}

function secondSteps(
  { directory, secondStep: given }: Pick<ApiHost, 'directory'> & Partial<ApiHost>,
  now: () => number,
): Pick<ApiHost, 'secondStep' | 'enrolment' | 'oidc'> {
  const parts = { directory, clock: { now }, random: seededRandom('factors') }
  const party = { id: 'localhost', origins: ['http://localhost:8080'], name: 'example.org' }
  const secondStep = given ?? createSecondStep({ ...parts, party, mode: 'optional' })
  const enrolment = createEnrolment({ ...parts, secondStep, domain: 'example.org' })
  return { secondStep, enrolment, oidc: null }
}

const emptyLog: ApiHost['provedLog'] = {
  origin: 'example.org/log/1a2b3c4d',
  pairs: () => [],
  verifierKeys: () => [],
  head: async () => await Promise.resolve(null),
  readTile: async () => await Promise.resolve(null),
  scrubbed: async () => await Promise.resolve({ place: null, last: null, findings: [] }),
}

const noMachine: ApiHost['machine'] = {
  version: '0',
  settings: [],
  gateways: () => [],
  missing: () => null,
  measures: async () => await Promise.resolve([]),
}

const nobodyLeaves: ApiHost['leaving'] = {
  isRunning: true,
  sessions: () => 0,
  ownedAlone: () => [],
  handOver: async () => await Promise.resolve([]),
}

async function freshRetention(): Promise<ApiHost['retention']> {
  return await openRetention({
    state: memoryRetentionState(),
    random: seededRandom('api'),
    log: silentLog,
    approvals: 1,
  })
}

/** What routes of administration work with, in memory, with what the test changes. */
export async function fakeApiHost(changes: Partial<ApiHost> = {}): Promise<ApiHost> {
  const record = fakeRecord()
  const directory = changes.directory ?? fakeDirectory({})
  const now = changes.now ?? ((): number => 1_000)
  const retention = await freshRetention()
  return {
    ...secondSteps({ directory, ...changes }, now),
    directory,
    routes,
    approvals: { acts: new Set(['grant']), days: 7, retention: 1 },
    sessions: await openSessions({
      state: memorySessions(),
      directory,
      clock: { now },
      random: seededRandom('sessions'),
      log: silentLog,
      idleMs: 86_400_000,
    }),
    answers: memoryAnswers(),
    alarms: {
      list: () => [],
      change: async () => await Promise.reject(new Error('nothing is wrong here')),
    },
    chat: null,
    openWays: {},
    clients: { list: async () => await Promise.resolve([]), revoke: async () => {} },
    provedLog: emptyLog,
    machine: noMachine,
    exportJobs: await memoryExports({ record, now }),
    matters: await memoryMatters(record),
    breakGlass: await memoryBreakGlass({ record, directory, now }),
    passwords: { lengthMin: 8 },
    webhooks: noWebhooks,
    deliveries: null,
    timer: { after: () => () => {} },
    audit: fakeAudit({ record, directory, clock: { now } }),
    throttle: createThrottle(defaultThrottle, { now }),
    keys: createKeyKeeping({
      record,
      keys: await memoryKeys(),
      history: async () => new Uint8Array(),
      clock: { now: () => 1_000 },
    }),
    retention,
    record,
    heads: { counts: async () => await Promise.resolve(new Map()) },
    statements: { heads: async () => await Promise.reject(new Error('nothing is stated here')) },
    rooms: async () => await Promise.resolve([]),
    ldap: null,
    leaving: nobodyLeaves,
    domain: 'example.org',
    webOrigin: 'http://localhost:8080',
    holds: noHolds,
    renew: async () => await Promise.reject(new Error('nothing is renewed here')),
    disposals: noDisposals,
    findRoom: async () => null,
    attended: async () => await Promise.resolve([]),
    scopeQuery: async (text) => await Promise.resolve(text),
    now,
    exports: { verifierKey: '', newId: () => 'e'.repeat(32) },
    discovery: {
      search: async () => await Promise.reject(new Error('nothing is searched here')),
      read: async () => await Promise.reject(new Error('nothing is read here')),
    },
    log: silentLog,
    confirmClock() {},
    fatal() {},
    ...changes,
  }
}
