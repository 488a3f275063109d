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
