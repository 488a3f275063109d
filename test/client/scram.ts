import { createHmac, hash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** The client's side of SCRAM, RFC 5802, written apart from the server's. */
export class ScramClient {
  readonly #hash: 'sha1' | 'sha256'
  readonly #password: string
  readonly #gs2: string
  readonly #bound: Buffer
  readonly #bare: string
  #serverSignature: Buffer = Buffer.alloc(0)

  constructor(options: {
    readonly mechanism: string
    readonly user: string
    readonly password: string
    readonly nonce?: string
    /** `n`, `y`, or `p=type` with what is bound. */
    readonly flag?: string
    readonly bound?: Buffer
    readonly authzid?: string
  }) {
    const { mechanism, user, password, flag = 'n', bound = Buffer.alloc(0), authzid } = options
    this.#hash = mechanism.startsWith('SCRAM-SHA-256') ? 'sha256' : 'sha1'
    this.#password = password
    this.#gs2 = `${flag},${authzid === undefined ? '' : `a=${authzid}`},`
    this.#bound = bound
    const nonce = options.nonce ?? randomBytes(12).toString('hex')
    this.#bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  }

  first(): string {
    return this.#gs2 + this.#bare
  }

  /** @param challenge server-first */
  final(challenge: string): string {
    const [, nonce = '', salt = '', rounds = ''] =
      /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? []
    const bytes = this.#hash === 'sha1' ? 20 : 32
    const salted = pbkdf2Sync(
      this.#password,
      Buffer.from(salt, 'base64'),
      Number(rounds),
      bytes,
      this.#hash,
    )
    const sign = (key: Buffer, text: string): Buffer =>
      createHmac(this.#hash, key).update(text).digest()
    const clientKey = sign(salted, 'Client Key')
    const input = Buffer.concat([Buffer.from(this.#gs2), this.#bound]).toString('base64')
    const unproved = `c=${input},r=${nonce}`
    const message = `${this.#bare},${challenge},${unproved}`
    const signature = sign(hash(this.#hash, clientKey, 'buffer'), message)
    const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)))
    this.#serverSignature = sign(sign(salted, 'Server Key'), message)
    return `${unproved},p=${proof.toString('base64')}`
  }

  /** @param outcome server-final: whether the server knows the keys, too */
  isServer(outcome: string): boolean {
    const given = Buffer.from(/^v=(.+)$/.exec(outcome)?.[1] ?? '', 'base64')
    return (
      given.length === this.#serverSignature.length && timingSafeEqual(given, this.#serverSignature)
    )
  }
}
