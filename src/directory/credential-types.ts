// What passwords are checked with. None of it is on record.

/** Keys that SCRAM stores, RFC 5802 §3: never the password, nothing that signs in elsewhere. */
export type ScramKeys = {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

export type ScramHash = 'sha-1' | 'sha-256'

/** Argon2id of a password, RFC 9106. */
export type WebKey = {
  readonly salt: Buffer
  /** KiB */
  readonly memory: number
  readonly passes: number
  readonly tag: Buffer
}

/** What signs a person in, or one of his clients. All kinds of keys are of one password. */
export type Credential = {
  /** 32 hex digits, random. Acts name it; it is no secret. */
  readonly id: string
  readonly keys: Readonly<Record<ScramHash, ScramKeys>>
  /** Null: the password was set before there were web pages to type it into, or is for none. */
  readonly web: WebKey | null
}
