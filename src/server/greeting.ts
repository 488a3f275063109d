import { isIPv6 } from 'node:net'
import { join, relative } from 'node:path'
import { type Config } from './config.ts'
import { type Listeners } from './listeners.ts'
import { boshUrlOf } from './public-urls.ts'

/** What the start tells the person who typed it. */
export type Standing = {
  readonly version: string
  readonly listeners: Pick<Listeners, 'webSocketUrl' | 'isHttpTls'>
  readonly certificate: { readonly fingerprint: string; readonly isSelfSigned: boolean }
  readonly isNobodyThere: boolean
}

/** What whoever made the key has to know, once. */
export function keyMade(recoveryKit: string): readonly string[] {
  return [
    'A key was made. Without it nobody can ever read the record again. Print this recovery kit, now and once, and keep',
    'it apart from the machine:',
    '',
    recoveryKit.trimEnd(),
    '',
  ]
}

export function greeting(config: Config, standing: Standing): readonly string[] {
  const { listeners, certificate } = standing
  const lines = [
    `Onrecord ${standing.version} serves ${config.domain}. Every message is on record before it is delivered.`,
  ]
  const at = (port: number): string => `${hostOf(config.bind)}:${port}`
  if (config.xmppPort !== null) lines.push(`  XMPP         ${at(config.xmppPort)} (STARTTLS)`)
  if (config.xmppsPort !== null) lines.push(`  XMPP         ${at(config.xmppsPort)} (direct TLS)`)
  if (config.httpPort !== null) {
    lines.push(`  WebSocket    ${listeners.webSocketUrl}`, `  BOSH         ${boshUrlOf(config)}`)
    if (config.adminBind === null)
      lines.push(
        `  Health       ${listeners.isHttpTls ? 'https' : 'http'}://${at(config.httpPort)}/health/ready`,
      )
  }
  if (config.adminBind)
    lines.push(
      `  Health       http://${hostOf(config.adminBind.host)}:${config.adminBind.port}/health/ready`,
    )
  const kind = certificate.isSelfSigned ? 'self-signed, SHA-256' : 'SHA-256'
  lines.push(`  Certificate  ${kind} ${certificate.fingerprint}`)
  if (config.keyHolders.holders.length === 1) lines.push('', onlyHolder(config))
  if (standing.isNobodyThere)
    lines.push('', 'Nobody can sign in yet. Add the first person with:', '', `  ${userAdd(config)}`)
  return lines
}

function onlyHolder({ keyHolders }: Config): string {
  const [only] = keyHolders.holders
  return only?.kind === 'file'
    ? `Warning: ${only.path} is the only holder of the key to the record. Keep a copy of it elsewhere.`
    : 'Warning: ONRECORD_KEY_HOLDERS names one holder. Without it nobody can ever read the record again: name a second one.'
}

/** As it can be typed here. */
function userAdd({ data, domain }: Config): string {
  const program = relative(process.cwd(), join(import.meta.dirname, '../../bin/onrecord'))
  const where = relative(process.cwd(), data) === 'data' ? '' : ` --data ${data}`
  return `${program} user add anna@${domain} --role administrator${where}`
}

function hostOf(ip: string): string {
  return isIPv6(ip) ? `[${ip}]` : ip
}
