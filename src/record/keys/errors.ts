import { OperatorError } from '../../base/errors.ts'
import { type KeyId } from './ports.ts'

/** A key holder does not answer, or not in time. It may be asked again. @param why a few words */
export function holderAway(holder: string, why: string): OperatorError {
  return new OperatorError(
    'key.holder-away',
    `${holder} does not answer (${why}): see that it runs and can be reached, and try again`,
  )
}

/** A key holder answers, and will not do it. @param why what it said */
export function holderRefuses(holder: string, why: string): OperatorError {
  return new OperatorError(
    'key.holder-refuses',
    `${holder} refuses (${why}): see what Onrecord may do there, docs/operate/keys.md`,
  )
}

/** A key holder does not have a key, or not one that can be used. */
export function noSuchKey(holder: string, id: KeyId): OperatorError {
  return new OperatorError('key.no-such-key', `${holder} has no key ${id} that can be used`)
}
