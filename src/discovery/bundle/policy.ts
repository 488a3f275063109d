import { type LogIdentity } from '../../record/keys/ports.ts'

/** The log's keys as a policy without witnesses. https://c2sp.org/tlog-policy */
export function policyOf({ verifierKeys }: Pick<LogIdentity, 'verifierKeys'>): string {
  return `${verifierKeys.map((key) => `log ${key}\n`).join('')}quorum none\n`
}
