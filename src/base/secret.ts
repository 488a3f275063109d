import { inspect } from 'node:util'

/** A key, password or token. It never prints: not in a template, not in JSON, not in an error, not in a debugger's dump. */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The only way to the value. Search for `reveal(` to see each use. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
