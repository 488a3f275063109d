// How somebody who has signed in gets a second factor.
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'
import { toBase32 } from '../factors/base32.ts'
import { type Factor } from '../factors/ports.ts'
import {
  recoveryCode,
  recoveryCodeBytes,
  recoveryCodes,
  recoveryHash,
} from '../factors/recovery.ts'
import { totpKeyBytes, totpStep, totpUri } from '../factors/totp.ts'
import { type Directory } from '../ports.ts'
import { type Challenge, type Purpose } from './challenges.ts'
import { type MadePasskey } from './passkeys.ts'
import { type SecondStep } from './second-step.ts'

/** Where somebody has signed in. */
export type At = { readonly person: PersonId; readonly id: string }

/** Adding one takes two steps: what is asked for, and the answer to that from the same session, within five minutes. */
export type Enrolment = {
  askPasskey(at: At): Promise<{ readonly challenge: string; readonly options: object }>
  /** @throws {OperatorError} where it is no answer to that */
  addPasskey(
    at: At,
    given: { readonly challenge: string; readonly name: string; readonly passkey: MadePasskey },
  ): Promise<Factor>
  /** `secret` in base32. */
  askTotp(at: At): {
    readonly challenge: string
    readonly secret: string
    readonly uri: string
  }
  /** @throws {OperatorError} where that is not the app's code of now */
  addTotp(
    at: At,
    given: { readonly challenge: string; readonly name: string; readonly code: string },
  ): Promise<Factor>
  /** In place of those that there are. */
  makeRecovery(person: PersonId): Promise<readonly string[]>
}

export function createEnrolment(parts: {
  readonly directory: Pick<Directory, 'get' | 'factors'>
  readonly secondStep: Pick<SecondStep, 'challenges' | 'passkeys'>
  /** What apps and browsers call us. */
  readonly domain: string
  readonly clock: Clock
  readonly random: Random
}): Enrolment {
  const { directory, secondStep, domain, clock, random } = parts
  const { challenges, passkeys } = secondStep
  const { factors } = directory
  const addressOf = (person: PersonId): string => directory.get(person)?.address ?? ''

  function make({ person, id }: At, purpose: Purpose, key: Buffer | null): Challenge {
    return challenges.make({ person, purpose, session: id, credential: null, key })
  }

  /** @throws {OperatorError} */
  function found({ person, id }: At, challenge: string, purpose: Purpose): Challenge {
    const asked = challenges.find(challenge, purpose)
    if (asked?.person === person && asked.session === id) return asked
    throw noAnswer()
  }

  return {
    async askPasskey(at) {
      const { id: challenge } = make(at, 'passkey', null)
      const held = await factors.held(at.person)
      const has = held.flatMap(({ secret }) => (secret.kind === 'passkey' ? [secret] : []))
      const { person } = at
      const wanted = { challenge, person, address: addressOf(person), has }
      return { challenge, options: await passkeys.creation(wanted) }
    },
    async addPasskey(at, { challenge, name, passkey }) {
      found(at, challenge, 'passkey')
      if (!challenges.use(challenge)) throw noAnswer()
      const secret = await passkeys.made(passkey, { challenge, name })
      if (secret === null) throw noAnswer()
      return await factors.add(at.person, secret, { person: at.person })
    },
    askTotp(at) {
      const key = Buffer.from(random.bytes(totpKeyBytes))
      const { id: challenge } = make(at, 'totp', key)
      const uri = totpUri(key, { issuer: domain, address: addressOf(at.person) })
      return { challenge, secret: toBase32(key).toUpperCase(), uri }
    },
    async addTotp(at, { challenge, name, code }) {
      const { key } = found(at, challenge, 'totp')
      const now = { now: clock.now(), after: -1 }
      const step = key === null ? null : totpStep(key, code.replaceAll(' ', ''), now)
      if (key === null || step === null || !challenges.use(challenge)) throw noAnswer()
      const made = { kind: 'totp', name, usedAt: null, key: key.toString('hex'), step } as const
      return await factors.add(at.person, made, { person: at.person })
    },
    async makeRecovery(person) {
      const codes = Array.from({ length: recoveryCodes }, () =>
        recoveryCode(random.bytes(recoveryCodeBytes)),
      )
      const hashes = codes.map(recoveryHash)
      const made = { kind: 'recovery', name: 'recovery codes', usedAt: null, hashes } as const
      await factors.add(person, made, { person })
      return codes
    },
  }
}

function noAnswer(): OperatorError {
  return new OperatorError(
    'factors.no-answer',
    'This is not what was asked for, or it took too long. Begin anew.',
  )
}
