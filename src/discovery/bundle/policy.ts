import { type LogIdentity } from '../../record/keys/ports.ts'

/**
 * The log's keys, those that signed before too, as a policy: https://c2sp.org/tlog-policy
 *
 * @param witnesses lines that name witnesses and the quorum
 */
export function policyOf(
  { verifierKeys, past }: Omit<LogIdentity, 'origin'>,
  witnesses: readonly string[] = ['quorum none'],
): string {
  const keys = [verifierKeys, ...past.map((before) => before.verifierKeys)].flat()
  return [...keys.map((key) => `log ${key}`), ...witnesses].map((line) => `${line}\n`).join('')
}
