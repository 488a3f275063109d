/** A tile or an entry bundle, and its path as C2SP tlog-tiles names it. */
export type TileFile = { readonly path: string; readonly bytes: Uint8Array }

/**
 * Keeps tiles and entry bundles: write-once pieces of the tree, 256 hashes (8 KiB) or 256 entries (28.5 KiB) at most.
 * It is not trusted. Tiles are checked against the signed checkpoint when they are read.
 */
export type TileStore = {
  /** The bytes, or null when there is nothing at `path`. */
  read(path: string): Promise<Uint8Array | null>

  /**
   * Durable when it resolves; each is whole or absent whenever we stop. Writing the same bytes again is fine, as recovery does.
   * @throws {TileConflict} when other bytes are at a path already; they stay
   * @throws {NoSpace} and the same call may be made again
   */
  write(tiles: readonly TileFile[]): Promise<void>

  /** Removes the partial tiles of the tile at `path`, once that is there in full. Fine when there are none. */
  removePartials(path: string): Promise<void>
}

/** Keeps the signed heads: the newest as a note, and all of them in short. */
export type CheckpointStore = {
  /** The newest note; null when there is none. */
  read(): Promise<string | null>

  /** All of the history, as it was appended. What a stop left of an item that was not whole is not in it. */
  history(): Promise<Uint8Array>

  /**
   * Appends to the history, then puts the note in the place of the one before. Durable when it resolves. A stop may leave
   * the item without the note.
   * @param item makes the item from the newest that is there, null where there is none; null when that is it already
   * @throws {NoSpace} and it may be tried again
   */
  write(note: string, item: (before: Uint8Array | null) => Uint8Array | null): Promise<void>
}
