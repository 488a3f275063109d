import { routes, routesForEverybody } from '../api/door/admin.ts'
import { type ApiHost } from '../api/door/route.ts'
import { type Door } from '../api/door/door.ts'
import { type FileHost } from '../api/files/file-routes.ts'
import { type Health } from '../api/door/health.ts'
import { type LogHost } from '../api/record/log-routes.ts'
import { type AcceptedWebSocket } from '../xmpp/stream/websocket.ts'
import { type Components } from '../xmpp/component/components.ts'
import { type Servers } from '../xmpp/s2s/servers.ts'
import { type Streams, type XmppListener } from '../xmpp/stream/streams.ts'
import { type Config } from './config.ts'
import { type HttpPort, type HttpSettings, listenAdmin, listenHttp } from './http.ts'
import { listening } from './listening.ts'
import { isHttpTls as isTls, webSocketUrlOf, boshUrlOf } from './public-urls.ts'
import { type Certificate } from './tls.ts'

/** All that listens for people and monitors. */
export type Listeners = {
  readonly webSocketUrl: string
  readonly isHttpTls: boolean
  /** Accepts no more, ends the streams politely. Resolves when all are gone. */
  close(): Promise<void>
}

type ListenersParts = {
  readonly streams: Streams
  readonly components: Components
  readonly servers: Servers | null
  /** Tells people that there is an end, while they can be told. */
  readonly farewell: () => Promise<void>
  readonly certificate: Certificate
  readonly health: Health
  /** Null: no files. */
  readonly files: FileHost | null
  /** Null: nobody may read the log. */
  readonly logHost: LogHost | null
  /** What the API works with. */
  readonly host: ApiHost
}

/** @throws {OperatorError} with one sentence when a port cannot be had; what listened already is closed again. */
export async function openListeners(config: Config, parts: ListenersParts): Promise<Listeners> {
  const { streams, components, servers, farewell, health } = parts
  const xmpp: XmppListener[] = []
  const http: HttpPort[] = []
  const isHttpTls = isTls(config)
  const door = { host: parts.host, perMinute: config.apiPerMinute }
  const webSocketUrl = webSocketUrlOf(config)

  const close = async (): Promise<void> => {
    for (const listener of xmpp) listener.close()
    // HTTP's sockets end when their streams have.
    const closed = http.map(async (port) => await port.close())
    await farewell()
    // Who has asked something elsewhere is told before he goes; components and other servers hear of it when all are gone.
    servers?.giveUp()
    await streams.stop()
    await Promise.all([components.stop(), servers?.stop()])
    await Promise.all(closed)
  }

  try {
    for (const { port, setting, listen } of xmppPorts(config, streams, servers)) {
      if (port === null) continue
      const where = { bind: config.bind, port }
      xmpp.push(await listening({ ...where, setting }, async () => await listen(where)))
    }
    const { adminBind, httpPort, componentPort } = config
    if (componentPort !== null) {
      const where = { bind: config.componentBind, port: componentPort }
      const listen = async (): Promise<XmppListener> => await components.listen(where)
      xmpp.push(await listening({ ...where, setting: 'ONRECORD_COMPONENT_PORT' }, listen))
    }
    if (adminBind) {
      const where = { bind: adminBind.host, port: adminBind.port, setting: 'ONRECORD_ADMIN_BIND' }
      http.push(
        await listening(
          where,
          async () => await listenAdmin(adminBind, health, { ...door, routes, isTls: false }),
        ),
      )
    }
    if (httpPort !== null) {
      const where = { bind: config.bind, port: httpPort, setting: 'ONRECORD_HTTP_PORT' }
      const settings = httpSettings(config, { ...parts, door, port: httpPort })
      http.push(await listening(where, async () => await listenHttp(settings)))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { webSocketUrl, isHttpTls, close }
}

function httpSettings(
  config: Config,
  {
    port,
    streams,
    certificate,
    health,
    files,
    logHost,
    door,
  }: Pick<ListenersParts, 'streams' | 'certificate' | 'health' | 'files' | 'logHost'> & {
    readonly port: number
    readonly door: Pick<Door, 'host' | 'perMinute'>
  },
): HttpSettings {
  const isHttpTls = isTls(config)
  return {
    bind: config.bind,
    port,
    certificate: isHttpTls ? certificate : null,
    proxies: config.proxies,
    health: config.adminBind ? null : health,
    files,
    log: logHost,
    api: { ...door, routes: config.adminBind ? routesForEverybody : routes, isTls: isHttpTls },
    provisions: !config.adminBind,
    webSocketUrl: webSocketUrlOf(config),
    boshUrl: boshUrlOf(config),
    boshOrigins: config.boshOrigins,
    frameBytesMax: config.stanzaBytesMax,
    connectionsPerAddressMax: config.strangersPerAddressMax,
    callBosh: streams.callBosh,
    acceptWebSocket: (accepted: AcceptedWebSocket) => streams.acceptWebSocket(accepted),
  }
}

type XmppPort = {
  readonly port: number | null
  readonly setting: string
  readonly listen: (where: {
    readonly bind: string
    readonly port: number
  }) => Promise<XmppListener>
}

function xmppPorts(config: Config, streams: Streams, servers: Servers | null): XmppPort[] {
  const clients = (directTls: boolean): XmppPort['listen'] => {
    return async (where) => await streams.listenXmpp({ ...where, directTls })
  }
  const ports = [
    { port: config.xmppPort, setting: 'ONRECORD_XMPP_PORT', listen: clients(false) },
    { port: config.xmppsPort, setting: 'ONRECORD_XMPPS_PORT', listen: clients(true) },
  ]
  if (!config.s2s || !servers) return ports
  const others = (directTls: boolean): XmppPort['listen'] => {
    return async (where) => await servers.listen({ ...where, directTls })
  }
  return [
    ...ports,
    { port: config.s2s.port, setting: 'ONRECORD_S2S_PORT', listen: others(false) },
    { port: config.s2s.tlsPort, setting: 'ONRECORD_S2S_TLS_PORT', listen: others(true) },
  ]
}
