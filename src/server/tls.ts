import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { domainToASCII } from 'node:url'
import { type Clock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'

/** How often the files of the pair are looked at, in ms. Links that are swapped (certbot, Kubernetes) are seen so, too. */
const lookEveryMs = 5_000

/** RFC 9325: TLS 1.2 with forward secrecy and AEAD only, and TLS 1.3. */
const policy = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_AES_128_GCM_SHA256',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  honorCipherOrder: true,
} as const satisfies SecureContextOptions

/** The server's certificate, which may change while it runs. */
export type Certificate = {
  /** For the next connection. */
  readonly currentContext: () => SecureContext
  /** The same, for a `node:https` server, which makes its own context. */
  options(): SecureContextOptions
  /** SHA-256 of the certificate, as clients show it. */
  fingerprint(): string
  /** Reads the files again. A pair that is bad, or half replaced, is logged and the one in use stays. */
  readonly reload: () => void
  /** ms since 1970 */
  endsAt(): number
  onChange(listener: () => void): void
  readonly close: () => void
}

export type PairFiles = { readonly cert: string; readonly key: string }

type Pair = {
  readonly text: string
  readonly options: SecureContextOptions
  readonly context: SecureContext
  readonly fingerprint: string
  readonly endsAt: number
}

/** @throws {OperatorError} when the pair cannot be used. */
export function openCertificate(
  files: PairFiles,
  host: { readonly domain: string; readonly clock: Clock; readonly log: Log },
  everyMs: number = lookEveryMs,
): Certificate {
  let pair = loadPair(files, host.clock)
  let lastRefused = ''
  const listeners: (() => void)[] = []
  warnOfDomain(pair, host)

  const reload = (): void => {
    try {
      const next = loadPair(files, host.clock)
      if (next.text === pair.text) return
      pair = next
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      // Once for each reason, not every few seconds.
      if (lastRefused !== error.message)
        host.log.error('tls.reload-refused', { error: error.message })
      lastRefused = error.message
      return
    }
    lastRefused = ''
    host.log.info('tls.reloaded', { fingerprint: pair.fingerprint })
    warnOfDomain(pair, host)
    for (const listener of listeners) listener()
  }
  const timer = setInterval(reload, everyMs)
  timer.unref()

  return {
    currentContext: () => pair.context,
    options: () => pair.options,
    fingerprint: () => pair.fingerprint,
    endsAt: () => pair.endsAt,
    reload,
    onChange: (listener) => listeners.push(listener),
    close: () => clearInterval(timer),
  }
}

/** @throws {OperatorError} one sentence that names the file and what is wrong with it. */
function loadPair(files: PairFiles, clock: Clock): Pair {
  const cert = readPem(files.cert, 'ONRECORD_TLS_CERT')
  const key = readPem(files.key, 'ONRECORD_TLS_KEY')
  const options = { ...policy, cert, key }
  const leaf = usable(files.cert, () => new X509Certificate(cert))
  const context = usable(`${files.cert} with ${files.key}`, () => createSecureContext(options))
  if (leaf.validToDate.getTime() <= clock.now())
    throw new OperatorError(
      'tls.expired',
      `The certificate in ${files.cert} expired at ${leaf.validTo}: put a new one in its place.`,
    )
  const hash = createHash('sha256').update(cert).update(key).digest('hex')
  const endsAt = leaf.validToDate.getTime()
  return { text: hash, options, context, fingerprint: leaf.fingerprint256, endsAt }
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const text = `${setting}: the file ${file} cannot be read (${code}).`
    throw new OperatorError('tls.unreadable', text, { cause })
  }
}

function usable<T>(what: string, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const text = `The certificate ${what} cannot be used (${why}): give a PEM chain and its own key.`
    throw new OperatorError('tls.bad-pair', text, { cause })
  }
}

function warnOfDomain(
  { options }: Pair,
  { domain, log }: { readonly domain: string; readonly log: Log },
): void {
  const leaf = new X509Certificate(String(options.cert))
  if (leaf.checkHost(domainToASCII(domain)) === undefined)
    log.warn('tls.domain-not-covered', { domain })
}
