// The second step of a sign-in through the web, and what a fresh sign-in is proved with.
import { type Clock } from '../../base/clock.ts'
import { createLanes } from '../../base/lanes.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'
import { type HeldFactor } from '../factors/factors.ts'
import { type FactorKind, type FactorSecret } from '../factors/ports.ts'
import { withoutUsed } from '../factors/recovery.ts'
import { totpStep } from '../factors/totp.ts'
import { type Directory, type Person } from '../ports.ts'
import { personId } from '../../record/ids.ts'
import { isFactorNeeded, type SecondFactorMode } from '../second-factor-modes.ts'
import { type Challenge, createChallenges, type Purpose } from './challenges.ts'
import {
  createPasskeys,
  type Passkeys,
  type PasskeySecret,
  type RelyingParty,
  type UsedPasskey,
} from './passkeys.ts'
import { createTries } from './tries.ts'

/** What somebody is asked for. */
export type AskedFor = {
  readonly challenge: string
  readonly kinds: readonly FactorKind[]
  /** For `navigator.credentials.get()`; null where he has no passkey. */
  readonly passkey: object | null
}

/** Of an app or on paper, or of an authenticator. */
export type Proof = { readonly code: string } | { readonly passkey: UsedPasskey }

export type Proved = PersonId | 'refused' | 'throttled'

export type SecondStep = {
  /** Whether he has none and has to: then he may make one, and nothing else. */
  isMissing(person: PersonId): boolean
  isRequired(person: PersonId): boolean
  /** @param session where he has signed in; null: he is about to */
  ask(person: PersonId, session: string | null): Promise<AskedFor>
  /** A passkey alone is enough when its authenticator knows its user. */
  askAnybody(): Promise<AskedFor>
  /** Whose sign-in it is the second step of; null: nobody's, or anybody's. */
  whose(challenge: string): PersonId | null
  /** Who signs in with that. */
  signIn(challenge: string, proof: Proof): Promise<Proved>
  /** Whether that is his, where he has signed in. `challenge`: with a passkey. */
  prove(
    session: { readonly person: PersonId; readonly id: string },
    proof: Proof & { readonly challenge?: string | undefined },
  ): Promise<Proved>
  /** For new factors. */
  readonly challenges: ReturnType<typeof createChallenges>
  readonly passkeys: Passkeys
}

type Parts = {
  readonly directory: Pick<Directory, 'get' | 'factors' | 'passwordName'>
  readonly party: RelyingParty
  readonly mode: SecondFactorMode
  readonly clock: Clock
  readonly random: Random
}

export function createSecondStep(parts: Parts): SecondStep {
  const { directory, mode } = parts
  const { factors } = directory
  const challenges = createChallenges(parts)
  const passkeys = createPasskeys(parts.party)
  const check = createChecks({ ...parts, passkeys })
  const isRequired = (person: PersonId): boolean => needs(mode, directory.get(person))

  async function askFor(challenge: Challenge): Promise<AskedFor> {
    const held = await factors.held(challenge.person)
    const among = held.flatMap(({ secret }) => (secret.kind === 'passkey' ? [secret] : []))
    const kinds = [...new Set(held.map(({ secret }) => secret.kind))]
    const asked = { challenge: challenge.id, kinds }
    if (among.length === 0) return { ...asked, passkey: null }
    return { ...asked, passkey: await passkeys.request({ challenge: challenge.id, among }) }
  }

  /** Used by its answer, right or wrong, where that is a passkey's; codes may be typed wrong. */
  async function answer(asked: Challenge, proof: Proof): Promise<Proved> {
    const { id, person } = asked
    if ('passkey' in proof) {
      if (!challenges.use(id)) return 'refused'
      const isHis = await check.passkey(person, proof.passkey, { challenge: id, needsUser: false })
      return isHis ? person : 'refused'
    }
    const found = await check.code(person, proof.code)
    return found === person && !challenges.use(id) ? 'refused' : found
  }

  async function ofAnybody(challenge: string, proof: Proof): Promise<Proved> {
    if (!('passkey' in proof) || !challenges.useForAnybody(challenge)) return 'refused'
    const person = whoseIs(proof.passkey)
    if (person === null) return 'refused'
    const isHis = await check.passkey(person, proof.passkey, { challenge, needsUser: true })
    return isHis ? person : 'refused'
  }

  return {
    challenges,
    passkeys,
    isRequired,
    isMissing: (person) => isRequired(person) && !factors.guards(person),
    async ask(person, session) {
      const purpose: Purpose = session === null ? 'sign-in' : 'fresh'
      const credential = directory.passwordName(person)
      return await askFor(challenges.make({ person, purpose, session, credential, key: null }))
    },
    async askAnybody() {
      const challenge = challenges.forAnybody()
      const passkey = await passkeys.request({ challenge, among: null })
      return { challenge, kinds: ['passkey'], passkey }
    },
    whose: (challenge) => challenges.find(challenge, 'sign-in')?.person ?? null,
    async signIn(challenge, proof) {
      const asked = challenges.find(challenge, 'sign-in')
      if (asked === null) return await ofAnybody(challenge, proof)
      // Another password since: what was given before is worth nothing.
      if (directory.passwordName(asked.person) !== asked.credential) return 'refused'
      return await answer(asked, proof)
    },
    async prove({ person, id }, proof) {
      if ('code' in proof) return await check.code(person, proof.code)
      const asked = challenges.find(proof.challenge ?? '', 'fresh')
      return asked?.session === id ? await answer(asked, proof) : 'refused'
    },
  }
}

function needs(mode: SecondFactorMode, person: Person | null): boolean {
  return person !== null && isFactorNeeded(mode, person.role)
}

/** Whom the authenticator has made it for. */
function whoseIs({ response: { userHandle = '' } }: UsedPasskey): PersonId | null {
  const id = Buffer.from(userHandle, 'base64url').toString('hex')
  return /^[0-9a-f]{32}$/.test(id) ? personId(id) : null
}

type Checks = {
  code(person: PersonId, code: string): Promise<Proved>
  passkey(
    person: PersonId,
    answer: UsedPasskey,
    asked: { readonly challenge: string; readonly needsUser: boolean },
  ): Promise<boolean>
}

/** One after the other for each person: what is good once is not taken twice. It is noted before anybody is let in. */
function createChecks({
  directory,
  clock,
  passkeys,
}: Parts & { readonly passkeys: Passkeys }): Checks {
  const { factors } = directory
  const tries = createTries(clock)
  const inTurn = createLanes()
  const mayComeIn = (person: PersonId): boolean => directory.get(person)?.enabled === true

  /** False where it was removed meanwhile. */
  async function use(
    { factor: { id, person } }: HeldFactor,
    secret: FactorSecret,
  ): Promise<boolean> {
    await factors.change(id, { ...secret, usedAt: clock.now() })
    return factors.of(person).some((one) => one.id === id)
  }

  return {
    async code(person, code) {
      if (!tries.take(person)) return 'throttled'
      return await inTurn(person, async () => {
        const held = await factors.held(person)
        const [right] = held.flatMap((one) => {
          const secret = afterCode(one.secret, code, clock.now())
          return secret === null ? [] : [{ one, secret }]
        })
        if (right === undefined || !mayComeIn(person)) return 'refused'
        if (!(await use(right.one, right.secret))) return 'refused'
        tries.succeeded(person)
        return person
      })
    },
    async passkey(person, answer, asked) {
      return await inTurn(person, async () => {
        const held = await factors.held(person)
        const one = held.find(({ secret }) => isOf(secret, answer))
        if (one?.secret.kind !== 'passkey') return false
        const after: PasskeySecret | null = await passkeys.used(answer, {
          ...asked,
          of: one.secret,
        })
        if (after === null || !mayComeIn(person)) return false
        return await use(one, after)
      })
    },
  }
}

/** How it is kept from then on; null: it is no code of it. */
function afterCode(secret: FactorSecret, code: string, now: number): FactorSecret | null {
  if (secret.kind === 'totp') {
    const typed = code.replaceAll(' ', '')
    const step = totpStep(Buffer.from(secret.key, 'hex'), typed, { now, after: secret.step })
    return step === null ? null : { ...secret, step }
  }
  if (secret.kind !== 'recovery') return null
  const hashes = withoutUsed(secret.hashes, code)
  return hashes === null ? null : { ...secret, hashes }
}

function isOf(secret: FactorSecret, { id }: UsedPasskey): boolean {
  return secret.kind === 'passkey' && secret.credential === id
}
