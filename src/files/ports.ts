import { type Original } from '../history/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'

/** A file's id: 32 hex digits, random. It names the bytes in the store, and tells nothing. */
export type FileId = string & { readonly fileId: never }

/** Keeps sealed bytes, and knows nothing of what they are. */
export type FileStore = {
  /** Begins a file. Nothing of it counts before `keep()`. */
  create(id: FileId): Promise<FileWriter>
  /** Null when no such file was kept. */
  open(id: FileId): Promise<FileReader | null>
  /** Fine when there is none. */
  remove(id: FileId): Promise<void>
  /** What a stop has left in the middle of being written. @returns how many there were */
  removeUnfinished(): Promise<number>
}

/** One call at a time. */
export type FileWriter = {
  /** @throws {NoSpace} when there is no room */
  append(bytes: Uint8Array): Promise<void>
  /** The bytes are durable when it returns; whether there is such a file is up to `keep()`. @throws {NoSpace} */
  flush(): Promise<void>
  /** From now on there is such a file, durably. After `flush()`. */
  keep(): Promise<void>
  /** There never was one. Fine after `keep()`, too, which it does not take back. */
  close(): Promise<void>
}

export type FileReader = {
  /** Bytes as sealed. */
  readonly size: number
  /** Fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** What a file is, as it was uploaded. */
export type FileFacts = {
  readonly uploader: PersonId
  /** As the uploader named it. */
  readonly name: string
  /** By its bytes, and not by what was claimed. */
  readonly type: string
  readonly size: number
  /** Hex, of the bytes as uploaded. */
  readonly sha256: string
}

/**
 * A stretch of what is served: bytes of the file, from (inclusive) to (exclusive), zeros, or bytes in place of some. Images go out
 * without what they say of place and camera; what was uploaded stays as it is.
 */
export type Stretch =
  | { readonly from: number; readonly to: number }
  | { readonly zeros: number }
  | { readonly bytes: Uint8Array }

/** A file as the state has it. */
export type StoredFile = FileFacts & {
  readonly id: FileId
  /** ms since 1970. */
  readonly uploadedAt: number
  /** Its key while it is staged. Once a message has named it, that message's record has the key, and this is null. */
  readonly key: Uint8Array | null
  /** What goes out; null: the file as it is. */
  readonly served: readonly Stretch[] | null
}

/** A record that names a file. */
export type Binding = {
  readonly file: FileId
  readonly position: LogPosition
  /** The file can be fetched as long as this one stands: the uploader's own message, delivered. */
  readonly opens: boolean
  /** The message that it corrects: with that one, this one is taken back. */
  readonly original: Original | null
}

/**
 * Decides whether a file may be fetched at all, before anybody can. One that cannot tell just now throws, and the upload is refused:
 * what was not looked at does not go out.
 */
export type Scanner = {
  scan(file: {
    readonly type: string
    readonly size: number
    readonly bytes: AsyncIterable<Uint8Array>
  }): Promise<'pass' | 'refuse'>
}

/** What of a person's uploads counts against his quota. */
export type Used = { readonly at: number; readonly size: number }

/** What the record says of files. */
export type FileAct =
  | { readonly kind: 'uploaded'; readonly file: FileId; readonly at: number }
  | { readonly kind: 'bound'; readonly bindings: readonly Binding[] }

/**
 * Files beside the record. What can be found by its address lies under a pseudonym of the address; names, types, hashes and keys are
 * sealed. Everything is durable when it resolves.
 */
export type FileState = {
  /** Position of the newest act in it, -1 before the first. */
  applied(): Promise<LogPosition>
  /** Before the upload's act is on record: it can be found by nobody until `apply` says that it is. */
  insert(address: string, file: StoredFile): Promise<void>
  /** Applies an act and notes its position, both or neither. What is applied already changes nothing. */
  apply(act: FileAct, position: LogPosition): Promise<void>
  /** Null for what was never given out, is not on record yet, or was dropped. */
  find(address: string): Promise<StoredFile | null>
  /** In the order of their positions. */
  bindings(file: FileId): Promise<readonly Binding[]>
  /** Uploads of a person since `after`, oldest first, 10,000 at most. */
  usedSince(uploader: PersonId, after: number): Promise<readonly Used[]>
  /** Of those whose act never came, all, and of those that no message has named, what is older than `before`: 1,000 at most. */
  unbound(which: { readonly before: number } | 'not on record'): Promise<readonly FileId[]>
  drop(file: FileId): Promise<void>
  /** These records name no file any more. @param positions ascending */
  unbind(positions: Float64Array): Promise<void>
  /** Files that were named once, and that no record names any more: 1,000 at most. */
  unnamed(): Promise<readonly FileId[]>
  /** Of one that no record names. Nothing of its row is left in `state.db`. */
  dropUnnamed(file: FileId): Promise<void>
}
