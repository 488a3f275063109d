// A time-stamping service out of OpenSSL's command, with certificates of all kinds.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../src/base/random.ts'
import { readAnswer } from '../../src/record/timestamps/answer.ts'
import { parsePem } from '../../src/record/timestamps/certificate.ts'
import { stampedText } from '../../src/record/timestamps/kept.ts'
import { nonceOf, stampRequest } from '../../src/record/timestamps/request.ts'

const openssl = '/usr/bin/openssl'

/** Why tests with it are left out, where they are. */
export const noOpenssl = existsSync(openssl) ? false : 'there is no openssl'

const settings = `
[req]
distinguished_name = name
prompt = no
[name]
CN = stamps
[ca]
basicConstraints = critical,CA:true
[tsa]
extendedKeyUsage = critical,timeStamping
[client]
extendedKeyUsage = critical,clientAuth
[twice]
extendedKeyUsage = critical,timeStamping,clientAuth
[lax]
extendedKeyUsage = timeStamping
[tsa_section]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = yes
ess_cert_id_alg = sha256
`

/** A key for a certificate, what the certificate is for, and how long it is valid. */
type Kind = { readonly key: 'rsa' | 'ec'; readonly use: string; readonly days?: number }

/** `between` stands under the authority and issues `below`. */
const kinds = {
  rsa: { key: 'rsa', use: 'tsa' },
  ec: { key: 'ec', use: 'tsa' },
  expired: { key: 'ec', use: 'tsa', days: -1 },
  between: { key: 'ec', use: 'ca' },
  client: { key: 'ec', use: 'client' },
  twice: { key: 'ec', use: 'twice' },
  lax: { key: 'ec', use: 'lax' },
} as const satisfies Readonly<{ [name: string]: Kind }>

export type StampKind = keyof typeof kinds | 'below'

export type TimeStamping = {
  /** PEM of a certificate; `ca` signed all but `other`. */
  pem(name: StampKind | 'ca' | 'other'): string
  /** The same as DER. */
  der(name: StampKind | 'ca' | 'other'): Uint8Array
  /** A request as OpenSSL makes it. */
  query(text: Uint8Array): Uint8Array
  /** What the service answers. */
  reply(name: StampKind, query: Uint8Array): Uint8Array
  /** Whether OpenSSL takes this token for one over that text, by the authority. */
  accepts(token: Uint8Array, text: Uint8Array): boolean
  [Symbol.dispose](): void
}

/** @param wanted certificates that are made; the two authorities are always there */
export function timeStamping(...wanted: readonly StampKind[]): TimeStamping {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-stamps-'))
  const run = (...args: readonly string[]): void => {
    execFileSync(openssl, args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const write = (name: string, bytes: Uint8Array | string): void =>
    writeFileSync(join(dir, name), bytes)
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(dir, name)))
  write('c.cnf', settings)
  write('serial', '01\n')
  for (const name of ['ca', 'other']) authority(name, run)
  for (const name of wanted)
    if (name === 'below') signed(name, { key: 'ec', use: 'tsa' }, 'between', run)
    else signed(name, kinds[name], 'ca', run)
  const pem = (name: string): string => readFileSync(join(dir, `${name}.pem`), 'utf8')
  return {
    pem,
    der: (name) => new Uint8Array(new X509Certificate(pem(name)).raw),
    query(text) {
      write('data', text)
      run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query')
      return read('query')
    },
    reply(name, query) {
      write('query', query)
      const chain = name === 'below' ? ['-chain', 'between.pem'] : []
      const signer = ['-signer', `${name}.pem`, '-inkey', `${name}.key`, ...chain]
      const section = ['-config', 'c.cnf', '-section', 'tsa_section']
      run('ts', '-reply', '-queryfile', 'query', ...section, ...signer, '-out', 'reply')
      return read('reply')
    },
    accepts(token, text) {
      write('data', text)
      write('token', token)
      try {
        run('ts', '-verify', '-in', 'token', '-token_in', '-data', 'data', '-CAfile', 'ca.pem')
        return true
      } catch {
        return false
      }
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  }
}

type Run = (...args: readonly string[]) => void

const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

function authority(name: string, run: Run): void {
  const anew = [...ecKey, '-nodes', '-config', 'c.cnf', '-days', '3650', '-extensions', 'ca']
  run('req', '-x509', ...anew, '-keyout', `${name}.key`, '-out', `${name}.pem`)
}

function signed(name: string, { key, use, days = 3650 }: Kind, by: string, run: Run): void {
  const made = key === 'rsa' ? ['-newkey', 'rsa:2048'] : ecKey
  const request = ['-nodes', '-config', 'c.cnf', '-subj', `/CN=${name}`]
  run('req', ...made, ...request, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  const signing = [
    '-CA',
    `${by}.pem`,
    '-CAkey',
    `${by}.key`,
    '-CAcreateserial',
    '-days',
    String(days),
  ]
  const extended = ['-extfile', 'c.cnf', '-extensions', use]
  run('x509', '-req', '-in', `${name}.csr`, ...signing, ...extended, '-out', `${name}.pem`)
}

/** A stamp over a head, as the server gets it. */
export function stampOver(
  service: TimeStamping,
  checkpoint: Uint8Array,
): { readonly token: Uint8Array; readonly at: number } {
  const text = stampedText(checkpoint)
  const nonce = nonceOf(systemRandom().bytes(8))
  const roots = parsePem(service.pem('ca'))
  if (typeof roots === 'string') throw new Error(roots)
  const reply = service.reply('ec', stampRequest(text, nonce))
  const answer = readAnswer(reply, { text, nonce, roots, now: Date.now() })
  if (typeof answer === 'string') throw new Error(answer)
  return answer
}

/** The service over HTTP. RFC 3161 section 3.4 */
export function stampListener(service: TimeStamping): RequestListener {
  return (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => response.end(service.reply('ec', Buffer.concat(pieces))))
  }
}
