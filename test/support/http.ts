// The HTTP port by itself.
import { type Health } from '../../src/api/door/health.ts'
import { type HttpSettings, listenHttp } from '../../src/server/http.ts'

export const healthy: Health = {
  notReady: () => null,
  metrics: async () => ({ contentType: 'text/plain', text: 'up 1\n' }),
}

/** At a free port of this machine, with what the test sets. */
export async function withHttp(
  settings: Partial<HttpSettings>,
  use: (base: string, port: number) => Promise<void>,
): Promise<void> {
  const http = await listenHttp({
    bind: '127.0.0.1',
    port: 0,
    certificate: null,
    proxies: [],
    health: healthy,
    files: null,
    log: null,
    api: null,
    provisions: false,
    webSocketUrl: 'wss://chat.example/xmpp?a&b',
    boshUrl: 'https://chat.example/http-bind',
    boshOrigins: ['*'],
    callBosh: async ({ bytes, address }) => await Promise.resolve(`${address} ${bytes.length}`),
    frameBytesMax: 100,
    connectionsPerAddressMax: 3,
    acceptWebSocket: ({ ws, address }) => ws.close(4_000, address),
    ...settings,
  })
  try {
    await use(`http://127.0.0.1:${http.port}`, http.port)
  } finally {
    await http.close()
  }
}
