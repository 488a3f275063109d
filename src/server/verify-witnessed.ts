import { OperatorError } from '../base/errors.ts'
import { compareWith, type Seen } from '../record/witness/compare.ts'
import { httpAsking } from '../storage/http/asking.ts'
import { type Config } from './config.ts'
import { logIdentityOf } from './log-identity.ts'
import { ownLogIn } from './own-log.ts'
import { readPolicy } from './witness-policy.ts'

const timeoutMs = 10_000

/** What one witness shows, held against the record. */
export type SeenBy = { readonly witness: string; readonly seen: Seen }

/**
 * Asks each witness that has an address for the newest head that it has cosigned.
 *
 * @throws {OperatorError} when no witnesses are set, or there is no record
 */
export async function verifyWitnessed(config: Config): Promise<readonly SeenBy[]> {
  const { witnessPolicyFile } = config.proofs
  if (witnessPolicyFile === null)
    throw new OperatorError(
      'verify.no-witnesses',
      'No witnesses are set: name their policy with ONRECORD_WITNESS_POLICY.',
    )
  const log = await logIdentityOf(config)
  const own = ownLogIn(config.data, { log })
  const ask = httpAsking(timeoutMs, new AbortController().signal)
  const { witnesses } = readPolicy(witnessPolicyFile, log.verifierKeys)
  return await Promise.all(
    witnesses
      .filter(({ url }) => url !== null)
      .map(async (one) => ({ witness: one.name, seen: await compareWith(one, own, ask) })),
  )
}
