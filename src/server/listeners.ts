import { type FileHost } from '../api/file-routes.ts'
import { type Health } from '../api/health.ts'
import { type AcceptedWebSocket } from '../xmpp/stream/websocket.ts'
import { type Components } from '../xmpp/component/components.ts'
import { type Streams, type XmppListener } from '../xmpp/stream/streams.ts'
import { type Config } from './config.ts'
import { type HttpPort, listenAdmin, listenHttp } from './http.ts'
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

/** @throws {OperatorError} with one sentence when a port cannot be had; what listened already is closed again. */
export async function openListeners(
  config: Config,
  parts: {
    readonly streams: Streams
    readonly components: Components
    readonly certificate: Certificate
    readonly health: Health
    /** Null: no files. */
    readonly files: FileHost | null
  },
): Promise<Listeners> {
  const { streams, components, certificate, health, files } = parts
  const xmpp: XmppListener[] = []
  const http: HttpPort[] = []
  const isHttpTls = isTls(config)
  const webSocketUrl = webSocketUrlOf(config)

  const close = async (): Promise<void> => {
    for (const listener of xmpp) listener.close()
    // HTTP's sockets end when their streams have.
    const closed = http.map(async (port) => await port.close())
    // People's devices go first, so that components hear of it.
    await streams.stop()
    await components.stop()
    await Promise.all(closed)
  }

  const listenXmpp = async (
    port: number | null,
    { setting, directTls }: { readonly setting: string; readonly directTls: boolean },
  ): Promise<void> => {
    if (port === null) return
    const where = { bind: config.bind, port }
    const listen = async (): Promise<XmppListener> =>
      await streams.listenXmpp({ ...where, directTls })
    xmpp.push(await listening({ ...where, setting }, listen))
  }

  try {
    await listenXmpp(config.xmppPort, { setting: 'ONRECORD_XMPP_PORT', directTls: false })
    await listenXmpp(config.xmppsPort, { setting: 'ONRECORD_XMPPS_PORT', directTls: true })
    const { adminBind, httpPort, componentPort } = config
    if (componentPort !== null) {
      const where = { bind: config.componentBind, port: componentPort }
      const listen = async (): Promise<XmppListener> => await components.listen(where)
      xmpp.push(await listening({ ...where, setting: 'ONRECORD_COMPONENT_PORT' }, listen))
    }
    if (adminBind) {
      const where = { bind: adminBind.host, port: adminBind.port, setting: 'ONRECORD_ADMIN_BIND' }
      http.push(await listening(where, async () => await listenAdmin(adminBind, health)))
    }
    if (httpPort !== null) {
      const where = { bind: config.bind, port: httpPort, setting: 'ONRECORD_HTTP_PORT' }
      const settings = {
        bind: config.bind,
        port: httpPort,
        certificate: isHttpTls ? certificate : null,
        proxies: config.proxies,
        health: adminBind ? null : health,
        files,
        webSocketUrl,
        boshUrl: boshUrlOf(config),
        boshOrigins: config.boshOrigins,
        frameBytesMax: config.stanzaBytesMax,
        connectionsPerAddressMax: config.strangersPerAddressMax,
        callBosh: streams.callBosh,
        acceptWebSocket: (accepted: AcceptedWebSocket) => streams.acceptWebSocket(accepted),
      }
      http.push(await listening(where, async () => await listenHttp(settings)))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { webSocketUrl, isHttpTls, close }
}
