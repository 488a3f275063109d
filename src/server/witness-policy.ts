import { readFileSync } from 'node:fs'
import { OperatorError } from '../base/errors.ts'
import { parsePolicy, policyBytesMax, type WitnessPolicy } from '../record/witness/policy.ts'

/** @throws {OperatorError} when the file is no policy, or one for other logs */
export function readPolicy(path: string, verifierKeys: readonly string[]): WitnessPolicy {
  return readBoth(path, verifierKeys).policy
}

/**
 * The lines that name witnesses, groups and the quorum, for outsiders: without addresses, which are nobody's business but the server's.
 *
 * @throws {OperatorError} as `readPolicy`
 */
export function witnessLines(path: string, verifierKeys: readonly string[]): readonly string[] {
  const lines = readBoth(path, verifierKeys).text.split('\n')
  const words = lines.map((line) => line.split(/[ \t]+/).filter((word) => word !== ''))
  return words.flatMap(([what = '', ...rest]) =>
    ['witness', 'group', 'quorum'].includes(what)
      ? [[what, ...(what === 'witness' ? rest.slice(0, 2) : rest)].join(' ')]
      : [],
  )
}

function readBoth(
  path: string,
  verifierKeys: readonly string[],
): { readonly policy: WitnessPolicy; readonly text: string } {
  const refuse = (what: string, cause?: unknown): never => {
    const text = `ONRECORD_WITNESS_POLICY=${path} ${what}.`
    throw new OperatorError('witness.bad-policy', text, { cause })
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    return refuse('cannot be read: let this user read it, or unset it', cause)
  }
  if (text.length > policyBytesMax) return refuse(`has more than ${policyBytesMax} bytes`)
  const policy = parsePolicy(text)
  if (typeof policy === 'string') return refuse(`is no policy: ${policy}`)
  const isOurs = ({ name, keyId }: { readonly name: string; readonly keyId: string }): boolean =>
    verifierKeys.some((key) => key.startsWith(`${name}+${keyId}+`))
  if (policy.logs.length > 0 && !policy.logs.some(isOurs))
    return refuse('is for other logs: put in what onrecord log key prints, or no log line')
  if (policy.witnesses.every(({ url }) => url === null))
    return refuse('names no witness with an address')
  return { policy, text }
}
