/** What an HTTP server said. */
export type Answer = { readonly status: number; readonly body: Uint8Array }

/** A question to a server elsewhere, with bounds on time and length. */
export type Question = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

/** Asks once. @returns why there is no answer, in a few words, when there is none. It never throws. */
export type Ask = (question: Question) => Promise<Answer | string>

/** Keeps files that are named by a tree's size: cosigned heads as notes, or time stamps. */
export type SizedStore = {
  /** Ascending. */
  sizes(): Promise<readonly number[]>
  /** Null when there is none of this size. */
  read(size: number): Promise<Uint8Array | null>
  /** Durable when it resolves, and whole whenever we stop; in the place of one that is there. @throws {NoSpace} */
  write(size: number, bytes: Uint8Array): Promise<void>
  /** Fine when it is gone. */
  remove(size: number): Promise<void>
}

/** What a witness remembers: of each log the newest head that it has cosigned. https://c2sp.org/tlog-witness */
export type WitnessState = {
  /** The head as a note, with the log's signatures and the witness's own; null when it has cosigned none. @param origin of the log */
  read(origin: string): Promise<string | null>

  /**
   * Puts a head in the place of the one before. Durable when it resolves, and whole whenever we stop. One call per origin at a time.
   * After a rejection nobody knows which of the two is there.
   */
  replace(origin: string, note: string): Promise<void>
}
