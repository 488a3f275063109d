// What clients of the API may import: the shapes of second factors.
import { z } from 'zod'
import { problem } from './shared.ts'

const kind = z.enum(['passkey', 'totp', 'recovery'])

/** What a page gives to the browser as it is: see Web Authentication, Level 3, section 5.1.8. */
const browserOptions = z.looseObject({})

/** The password is right, and not enough. */
export const secondFactorProblem = problem.extend({
  /** For `/v1/session/factor`, within five minutes. */
  challenge: z.string(),
  factors: z.array(kind),
  passkey: browserOptions.nullable(),
})

export const askedAnswer = z.object({
  challenge: z.string(),
  factors: z.array(kind),
  passkey: browserOptions.nullable(),
})

const base64url = (charsMax: number) =>
  z
    .string()
    .regex(/^[\w-]+$/)
    .max(charsMax)

/** `AuthenticationResponseJSON`, of which we look at this. */
export const usedPasskey = z.looseObject({
  id: base64url(1_400),
  rawId: base64url(1_400),
  response: z.looseObject({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(8_192),
    signature: base64url(8_192),
    userHandle: base64url(100).optional(),
  }),
})

/** `RegistrationResponseJSON`, of which we look at this. */
export const madePasskey = z.looseObject({
  id: base64url(1_400),
  rawId: base64url(1_400),
  response: z.looseObject({
    clientDataJSON: base64url(8_192),
    attestationObject: base64url(32_768),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
})

/** Six digits of an app, or one on paper. */
export const code = z.string().min(1).max(64)

export const factorAnswer = z.object({
  id: z.string(),
  kind,
  /** What its owner calls it. */
  name: z.string(),
  made: z.string(),
  /** Null: never. */
  used: z.string().nullable(),
  /** Recovery codes that were not used; null: these are none. */
  left: z.number().nullable(),
})

export type ShownFactor = z.infer<typeof factorAnswer>

export const factorsAnswer = z.object({
  factors: z.array(factorAnswer),
  /** Whether one has to have a second factor. */
  required: z.boolean(),
})

/** For `navigator.credentials.create()`. */
export const newPasskey = z.object({ challenge: z.string(), options: browserOptions })

/** Told once. `secret` is in base32, `uri` for a picture that an app reads. */
export const newTotp = z.object({ challenge: z.string(), secret: z.string(), uri: z.string() })

/** Told once. */
export const recoveryAnswer = z.object({ codes: z.array(z.string()) })
