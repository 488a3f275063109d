/** A body that is JSON already. It is what it says, wherever it is made JSON. */
export class Written {
  readonly #json: string

  constructor(json: string) {
    this.#json = json
  }

  get json(): string {
    return this.#json
  }

  /** For who takes it for what it says, such as the door at the machine's socket. */
  toJSON(): unknown {
    return JSON.parse(this.#json)
  }
}

export function jsonOf(body: unknown): string {
  return body instanceof Written ? body.json : JSON.stringify(body)
}
