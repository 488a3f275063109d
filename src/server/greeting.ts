import { isIPv6 } from 'node:net'
import { join, relative } from 'node:path'
import { type Config } from './config.ts'

/** What the start tells the person who typed it. */
export type Standing = {
  readonly version: string
  /** Of what listens; null: off. */
  readonly ports: { readonly xmpp: number | null; readonly xmpps: number | null }
  readonly http: { readonly port: number; readonly isTls: boolean } | null
  readonly webSocketUrl: string
  readonly certificate: { readonly fingerprint: string; readonly isSelfSigned: boolean }
  readonly isNobodyThere: boolean
  /** The recovery kit, once, when the key was made. */
  readonly recoveryKit: string | null
  readonly keyHolders: number
}

export function greeting(config: Config, standing: Standing): readonly string[] {
  const { ports, http, certificate } = standing
  const lines = [
    `Onrecord ${standing.version} serves ${config.domain}. Every message is on record before it is delivered.`,
  ]
  const at = (port: number): string => `${hostOf(config.bind)}:${port}`
  if (ports.xmpp !== null) lines.push(`  XMPP         ${at(ports.xmpp)} (STARTTLS)`)
  if (ports.xmpps !== null) lines.push(`  XMPP         ${at(ports.xmpps)} (direct TLS)`)
  if (http) {
    lines.push(`  WebSocket    ${standing.webSocketUrl}`)
    if (config.adminBind === null)
      lines.push(`  Health       ${http.isTls ? 'https' : 'http'}://${at(http.port)}/health/ready`)
  }
  if (config.adminBind)
    lines.push(
      `  Health       http://${hostOf(config.adminBind.host)}:${config.adminBind.port}/health/ready`,
    )
  const kind = certificate.isSelfSigned ? 'self-signed, SHA-256' : 'SHA-256'
  lines.push(`  Certificate  ${kind} ${certificate.fingerprint}`)
  if (standing.recoveryKit !== null)
    lines.push(
      '',
      `A key was made in ${config.keyFile}. Without it nobody can ever read the record again. Print this recovery kit, now and`,
      'once, and keep it apart from the machine:',
      '',
      standing.recoveryKit.trimEnd(),
    )
  if (standing.keyHolders < 2)
    lines.push(
      '',
      `Warning: ${config.keyFile} is the only place with the key to the record. Keep a copy elsewhere.`,
    )
  if (standing.isNobodyThere)
    lines.push('', 'Nobody can sign in yet. Add the first person with:', '', `  ${userAdd(config)}`)
  return lines
}

/** As it can be typed here. */
function userAdd({ data, domain }: Config): string {
  const program = relative(process.cwd(), join(import.meta.dirname, '../../bin/onrecord'))
  const where = relative(process.cwd(), data) === 'data' ? '' : ` --data ${data}`
  return `${program} user add anna@${domain} --role admin${where}`
}

function hostOf(ip: string): string {
  return isIPv6(ip) ? `[${ip}]` : ip
}
