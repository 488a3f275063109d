import { type Clock, systemTicks } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { createAdministration } from '../directory/administration.ts'
import { createHistory } from '../history/history.ts'
import { heardIntake } from '../intake/heard.ts'
import { createIntake } from '../intake/intake.ts'
import { rules } from '../policy/index.ts'
import { type Leaving } from '../xmpp/leaving.ts'
import { type Chat } from '../xmpp/chat/chat.ts'
import { type ClosableRouter, createRouter, type RouterParts } from '../xmpp/router.ts'
import { defaultStreamSettings, type StreamSettings } from '../xmpp/stream/settings.ts'
import { type Components, createComponents } from '../xmpp/component/components.ts'
import { type ComponentSettings, defaultComponentSettings } from '../xmpp/component/settings.ts'
import { type JoinedServers } from '../xmpp/s2s/join.ts'
import { createStreams, type Streams } from '../xmpp/stream/streams.ts'
import { type Config } from './config.ts'
import { type ServedFiles } from './files.ts'
import {
  measureComponents,
  measureRecord,
  measureSearch,
  measureServers,
  measureStreams,
} from './measures.ts'
import { type Metrics } from './metrics.ts'
import { relaysOf } from './relays.ts'
import { otherServers } from './other-servers.ts'
import { type Storage } from './storage.ts'
import { watchSignIns } from './audit.ts'
import { type Certificate } from './tls.ts'

/** The road of a message: streams, routing and features, intake, record. */
export type Corridor = {
  readonly streams: Streams
  readonly components: Components
  /** Null where there are to be none. */
  readonly servers: JoinedServers | null
  readonly leaving: Leaving
  /** Rooms and messages of those who ask by the API. */
  readonly chat: Chat
  /** Before anything is stopped: people are told. */
  readonly says: ClosableRouter['says']
  readonly farewell: () => Promise<void>
  /** After the streams were stopped: what waits is written. */
  close(): Promise<void>
}

type Parts = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly fatal: (error: unknown) => never
  readonly storage: Storage
  readonly served: ServedFiles
  readonly certificate: Certificate
  readonly metrics: Metrics
}

/** Resolves when it is known what rooms there are. */
export async function openCorridor(config: Config, parts: Parts): Promise<Corridor> {
  const { clock, log, storage, served, certificate, metrics } = parts
  const { record, directory } = storage
  const others = config.s2s && otherServers(config, config.s2s, { ...parts, directory })
  const heard = openIntake(config, parts, others ? [...rules, ...others.rules] : rules)
  const { intake } = heard
  const history = createHistory({ record, timer: systemTimer, search: storage.search })
  const router = createRouter({
    domain: config.domain,
    directory,
    clients: storage.clients,
    administration: createAdministration(record),
    intake,
    history,
    ...storesOf(storage),
    random: parts.random,
    clock,
    ticks: systemTicks,
    timer: systemTimer,
    log,
    contacts: contactsOf(config),
    relays: relaysOf(config),
    uploads: served.uploads,
  })
  await router.start()
  const streams = createStreams({
    ...parts,
    domain: config.domain,
    directory,
    clients: storage.clients,
    router,
    settings: streamSettings(config),
    currentContext: certificate.currentContext,
    events: metrics.streamEvents,
    watch: watchSignIns(storage),
  })
  const components = createComponents({
    ...parts,
    domain: config.domain,
    accounts: config.components,
    router,
    settings: componentSettings(config),
    events: metrics.componentEvents,
  })
  measureComponents(metrics, components)
  const servers = others?.join(router, { intake, record, store: storage.accounts }) ?? null
  measureStreams(metrics, streams)
  measureServers(metrics, servers)
  measureRecord(metrics, record, clock)
  measureSearch(metrics, storage.search, record)
  return {
    streams,
    components,
    servers,
    leaving: router.leaving,
    chat: router.chat(heard),
    says: router.says,
    farewell: async () => await router.stopping(),
    async close() {
      await router.close()
      await intake.flushMarks()
    },
  }
}

/** The door to the record, and who listens at it. */
function openIntake(
  config: Config,
  { clock, log, fatal, storage, served }: Parts,
  all: Parameters<typeof createIntake>[0]['rules'],
): ReturnType<typeof heardIntake> {
  const { record } = storage
  const intake = createIntake({
    record,
    rules: all,
    files: served.files,
    clock,
    ticks: systemTicks,
    timer: systemTimer,
    settings: { correctMs: config.correctionWindowMs, retractMs: config.retractionWindowMs },
    log,
    failed: fatal,
  })
  return heardIntake(intake, record)
}

/** What the router keeps, under its names for it. */
function storesOf({
  accounts,
  signIns,
  rooms,
  pep,
  push,
}: Storage): Pick<RouterParts, 'store' | 'signInStore' | 'roomStore' | 'pepStore' | 'pushStore'> {
  return {
    store: accounts,
    signInStore: signIns,
    roomStore: rooms,
    pepStore: pep,
    pushStore: push,
  }
}

/** XEP-0157. Unless others are set, the mailbox that RFC 2142 §4 asks every domain to have. */
function contactsOf({
  adminAddresses,
  domain,
}: Config): Readonly<Record<string, readonly string[]>> {
  if (adminAddresses.length > 0) return { 'admin-addresses': adminAddresses }
  return { 'abuse-addresses': [`mailto:abuse@${domain}`] }
}

function componentSettings(config: Config): ComponentSettings {
  return {
    ...defaultComponentSettings,
    stanzaBytesMax: config.stanzaBytesMax,
    unsettledMax: config.unsettledMax,
    stanzasPerSecondMax: config.componentStanzasPerSecondMax,
    speakersMax: config.componentAddressesMax,
  }
}

function streamSettings(config: Config): StreamSettings {
  return {
    ...defaultStreamSettings,
    stanzaBytesMax: config.stanzaBytesMax,
    strangerBytesMax: config.strangerBytesMax,
    depthMax: config.depthMax,
    attributesMax: config.attributesMax,
    elementsMax: config.elementsMax,
    allowPlaintext: config.allowPlaintext ? 'loopback' : 'never',
    negotiationMs: config.signInMs,
    idleMs: config.idleMs,
    unsettledMax: config.unsettledMax,
    resumeMs: config.resumeMs,
    sessionsPerPersonMax: config.sessionsPerAccountMax,
    strangersPerAddressMax: config.strangersPerAddressMax,
    throttle: {
      ...defaultStreamSettings.throttle,
      accountFree: config.signInFailuresFree,
      addressFree: config.signInFailuresPerAddressFree,
    },
  }
}
