// The whole server in this process, but for its HTTP port, with a clock that the test sets.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { type Config, readConfig } from '../../src/server/config.ts'
import { type Corridor, openCorridor } from '../../src/server/corridor.ts'
import { serveFiles } from '../../src/server/files.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { selfSignedPair } from '../../src/server/self-signed.ts'
import { openStorage } from '../../src/server/storage.ts'
import { openCertificate } from '../../src/server/tls.ts'
import { Client } from '../client/client.ts'

const password = 'a long enough password'

/** Everybody's. */
export const socketPassword: string = password

export type SocketServer = {
  readonly domain: string
  readonly data: string
  readonly keyFile: string
  /** XMPP, in clear or with STARTTLS. */
  readonly port: number
  /** How much is on record. */
  records(): number
  /** Moves the clock. */
  pass(ms: number): void
  add(...locals: readonly string[]): Promise<void>
  setPassword(local: string, password: string): Promise<void>
  /** Signed in, and available. */
  comeOnline(user: string, resource: string): Promise<Client>
  /** The same, and what waited is still to come. */
  comeFor(user: string, resource: string): Promise<Client>
  /** The folders stay until `Symbol.asyncDispose`. */
  stop(): Promise<void>
} & AsyncDisposable

/** Clients on loopback do without TLS. */
export async function socketServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<SocketServer> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-sockets-'))
  const config = configIn(dir, settings)
  const { domain, data, keyFile } = config
  let now = 1_790_000_000_000
  const clock = { now: () => now }
  const outside = {
    clock,
    random: systemRandom(),
    log: silentLog,
    fatal: (error: unknown): never => assert.fail(String(error)),
    onFlush() {},
    onNewKey() {},
  }
  await using opened = new AsyncDisposableStack()
  const storage = await openStorage(config, outside, opened)
  const files = config.tls ?? (await selfSignedPair(join(data, 'tls'), domain, outside))
  const certificate = openCertificate(files, { ...outside, domain })
  opened.defer(certificate.close)
  const metrics = createMetrics()
  const served = await serveFiles(config, { ...outside, storage })
  opened.defer(async () => await served.files.close())
  const corridor = await openCorridor(config, { ...outside, storage, served, certificate, metrics })
  opened.defer(async () => await corridor.close())
  opened.defer(async () => await corridor.streams.stop())
  const listener = await corridor.streams.listenXmpp({
    bind: '127.0.0.1',
    port: 0,
    directTls: false,
  })
  opened.defer(() => listener.close())
  await listenForServers(corridor, config, opened)
  const all = opened.move()
  return {
    domain,
    data,
    keyFile,
    port: listener.port,
    records: () => storage.record.size,
    pass(ms) {
      now += ms
    },
    async add(...locals) {
      for (const local of locals) await addMember(storage.directory, `${local}@${domain}`)
    },
    async setPassword(local, next) {
      const { id } = storage.directory.find(`${local}@${domain}`) ?? assert.fail()
      await storage.directory.setPassword(id, new Secret(next), { commandLine: true })
    },
    async comeOnline(user, resource) {
      const client = await come({ user, resource, domain, port: listener.port })
      await client.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, domain)
      return client
    },
    comeFor: async (user, resource) => await come({ user, resource, domain, port: listener.port }),
    stop: async () => await all.disposeAsync(),
    async [Symbol.asyncDispose]() {
      await all.disposeAsync()
      rmSync(dir, { recursive: true })
    },
  }
}

function configIn(dir: string, settings: Readonly<Record<string, string>>): Config {
  return readConfig({
    env: {
      ONRECORD_DATA: join(dir, 'data'),
      ONRECORD_KEY_FILE: join(dir, 'keys/vault.key'),
      ONRECORD_DOMAIN: 'chat.example',
      ONRECORD_ALLOW_PLAINTEXT: 'loopback',
      ...settings,
    },
  })
}

async function come(who: {
  readonly user: string
  readonly resource: string
  readonly domain: string
  readonly port: number
}): Promise<Client> {
  const client = await Client.signIn({ ...who, password, over: 'plain' })
  client.send(`<presence xmlns='jabber:client'/>`)
  return client
}

async function addMember(directory: Directory, address: string): Promise<void> {
  const by = { commandLine: true } as const
  await directory.add({ address, password: new Secret(password), role: 'member', by })
}

async function listenForServers(
  { servers }: Corridor,
  { s2s }: Config,
  opened: AsyncDisposableStack,
): Promise<void> {
  if (!servers || !s2s?.port) return
  const others = await servers.listen({ bind: '127.0.0.1', port: s2s.port, directTls: false })
  opened.defer(async () => {
    others.close()
    await servers.stop()
  })
}
