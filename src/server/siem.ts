import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createForwarder } from '../audit/siem/forward.ts'
import { type SiemSend } from '../audit/ports.ts'
import { OperatorError } from '../base/errors.ts'
import { postEvents } from '../storage/siem/post.ts'
import { syslogOverTls } from '../storage/siem/syslog.ts'
import { nameIn } from './audit.ts'
import { type AuditConfig } from './audit-settings.ts'
import { type Config } from './config.ts'
import { type Metrics } from './metrics.ts'
import { type Outside, type Storage } from './storage.ts'

const timeoutMs = 30_000

/**
 * Sends acts away from now on, where the settings say so.
 *
 * @returns what ends it
 * @throws {OperatorError} when a file that is named cannot be read
 */
export async function startSiem(
  config: Pick<Config, 'audit' | 'domain'>,
  { audit, siem, directory }: Pick<Storage, 'audit' | 'siem' | 'directory'>,
  outside: Pick<Outside, 'clock' | 'log'> & { readonly metrics: Pick<Metrics, 'gauge'> },
): Promise<() => Promise<void>> {
  const settings = config.audit.siem
  const measure = (lagMs: () => number): void => {
    const help =
      'Seconds for which the oldest act has waited that was not sent to ONRECORD_SIEM_URL.'
    outside.metrics.gauge('onrecord_siem_lag_seconds', help, () => lagMs() / 1_000)
  }
  if (settings === null) {
    measure(() => 0)
    return async () => await Promise.resolve()
  }
  const forwarder = createForwarder({
    ...outside,
    trail: audit.trail,
    state: siem,
    send: await sendOf(settings, config.domain),
    nameOf: nameIn(directory),
    lagMsMax: settings.lagMsMax,
    async pause(ms, signal) {
      try {
        await sleep(ms, null, { signal, ref: false })
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  })
  measure(() => forwarder.lagMs)
  forwarder.start()
  return async () => await forwarder.stop()
}

async function sendOf(
  { place, caFile, authorizationFile }: NonNullable<AuditConfig['siem']>,
  sender: string,
): Promise<SiemSend> {
  const ca = await textIn('ONRECORD_SIEM_CA', caFile)
  if (place.kind === 'syslog') return syslogOverTls({ ...place, ca, sender, timeoutMs })
  const authorization = await textIn('ONRECORD_SIEM_AUTHORIZATION_FILE', authorizationFile)
  const value = authorization?.trim() ?? null
  return postEvents({ url: new URL(place.url), ca, authorization: value, timeoutMs })
}

async function textIn(name: string, path: string | null): Promise<string | null> {
  if (path === null) return null
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new OperatorError('siem.file', `${name}=${path} cannot be read: see that it is there.`, {
      cause,
    })
  }
}
