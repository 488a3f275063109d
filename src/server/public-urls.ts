import { isIPv6 } from 'node:net'
import { type Config } from './config.ts'
import { isLoopback } from './setting-kinds.ts'

/** Whether the HTTP port speaks HTTPS: not on loopback, and not to proxies. */
export function isHttpTls({ proxies, bind }: Pick<Config, 'proxies' | 'bind'>): boolean {
  return proxies.length === 0 && !isLoopback(bind)
}

export function webSocketUrlOf(config: Config): string {
  return config.webSocketUrl ?? `${isHttpTls(config) ? 'wss' : 'ws'}://${authorityOf(config)}/xmpp`
}

export function boshUrlOf(config: Config): string {
  return (
    config.boshUrl ?? `${isHttpTls(config) ? 'https' : 'http'}://${authorityOf(config)}/http-bind`
  )
}

/** What the addresses of files begin with. */
export function uploadUrlOf(config: Config): string {
  return config.uploadUrl ?? `${isHttpTls(config) ? 'https' : 'http'}://${authorityOf(config)}`
}

/** Where people find us with browsers. On loopback by name, as no passkey is for an address. */
export function webOriginOf(config: Config): string {
  const { webUrl, uploadUrl, bind, httpPort } = config
  const set = webUrl ?? uploadUrl
  if (set === null && isLoopback(bind)) return `http://localhost:${httpPort ?? 0}`
  return new URL(set ?? uploadUrlOf(config)).origin
}

/** What a client on the network would use; on a loopback address, what one on this machine would. */
function authorityOf({ bind, domain, httpPort }: Config): string {
  const ip = isIPv6(bind) ? `[${bind}]` : bind
  return `${isLoopback(bind) ? ip : domain}:${httpPort ?? 0}`
}
