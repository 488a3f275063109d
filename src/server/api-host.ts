import { join } from 'node:path'
import { routes } from '../api/door/admin.ts'
import { type Attended } from '../discovery/within.ts'
import { conversationId } from '../record/ids.ts'
import { type PersonId } from '../record/types.ts'
import { type StoredRoom } from '../xmpp/rooms/ports.ts'
import { type ApiHost } from '../api/door/route.ts'
import { systemClock } from '../base/clock.ts'
import { createKeyKeeping } from '../record/keys/keeping.ts'
import { renewEvidence } from '../record/timestamps/renew.ts'
import { systemRandom } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileSizedStore } from '../storage/files/sized-store.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { openDiscovery, scopeQueryOf } from './discovery.ts'
import { type Config } from './config.ts'
import { machineOf, type Running } from './machine.ts'
import { provedLogIn } from './proved-log.ts'
import { openWays } from './ways-out.ts'
import { webOriginOf } from './public-urls.ts'
import { type Storage } from './storage.ts'

const random = systemRandom()

/** What the routes of administration work with, with a server or without one. */
export function apiHost(
  config: Config,
  storage: Storage,
  {
    running,
    ...outside
  }: Pick<ApiHost, 'log' | 'fatal' | 'throttle' | 'alarms' | 'leaving' | 'chat' | 'deliveries'> & {
    readonly running: Running | null
  },
): ApiHost {
  const { domain, data, approvals, retentionApprovals } = config
  const { directory, record, keys, retention, heads, statements, rooms, management, stamps } =
    storage
  const { oidc, sessions, answers, secondStep, enrolment, webhooks, audit } = storage
  const history = async (): Promise<Uint8Array> =>
    await fileCheckpointStore(join(data, dataPaths.log)).history()
  const witnessed = fileSizedStore(join(data, dataPaths.log, 'witnessed'))
  return {
    ...outside,
    ...management,
    sessions,
    secondStep,
    oidc,
    enrolment,
    answers,
    openWays: openWays(config),
    provedLog: provedLogIn(config, keys),
    machine: machineOf(config, running),
    passwords: config.passwords,
    webhooks,
    exportJobs: storage.exportJobs,
    matters: storage.matters,
    breakGlass: storage.breakGlass,
    audit,
    directory,
    clients: storage.clients,
    ldap: storage.ldap,
    routes,
    approvals: { ...approvals, retention: retentionApprovals },
    discovery: openDiscovery({ domain, data }, storage),
    domain,
    webOrigin: webOriginOf(config),
    record,
    keys: createKeyKeeping({ ...storage, history, clock: systemClock }),
    retention,
    heads,
    scopeQuery: scopeQueryOf({ domain }, storage),
    statements,
    rooms: async () => (await rooms.load()).rooms,
    attended: async (person) => attendedBy(person, (await rooms.load()).rooms),
    now: () => systemClock.now(),
    timer: systemTimer,
    renew: async () => await renewEvidence({ record, keys, stamps, witnessed, history }),
    confirmClock: () => record.confirmClock(),
    exports: {
      verifierKey: keys.exports.verifierKey,
      newId: () => random.bytes(16).toString('hex'),
    },
    async findRoom(address) {
      const stored = await rooms.load()
      return stored.rooms.find((room) => room.address === address)?.id ?? null
    },
  }
}

/** Those that he was let into himself: what is open to everybody is open to who comes after him. */
function attendedBy(
  person: PersonId,
  rooms: readonly Pick<StoredRoom, 'id' | 'access'>[],
): readonly Attended[] {
  return rooms.flatMap(({ id, access }) =>
    access
      .filter((one) => one.person === person && one.grants)
      .map(({ since, until }) => ({
        room: conversationId(id),
        from: since,
        to: until ?? Number.MAX_SAFE_INTEGER,
      })),
  )
}
