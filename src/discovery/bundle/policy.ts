import { type LogIdentity } from '../../record/keys/ports.ts'

/** The log's keys as a policy without witnesses, those that signed before too. https://c2sp.org/tlog-policy */
export function policyOf({ verifierKeys, past }: Omit<LogIdentity, 'origin'>): string {
  const keys = [verifierKeys, ...past.map((before) => before.verifierKeys)].flat()
  return `${keys.map((key) => `log ${key}\n`).join('')}quorum none\n`
}
