import { FatalError } from '../base/errors.ts'
import { type NotWritable } from './ports.ts'

/** The record takes nothing just now. Nothing was written and no number was given. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused'
  readonly code = 'record.refused'
  readonly why: NotWritable

  constructor(why: NotWritable) {
    super(why.text)
    this.why = why
  }
}

/** Two histories claim one place in the tree. */
export class TileConflict extends FatalError {
  override readonly name = 'TileConflict'
  readonly code = 'record.tile-conflict'

  constructor(path: string, options?: ErrorOptions) {
    super(`tile ${path} is there already, with other bytes`, options)
  }
}

/** There is no room for the log to grow: a full disk, a quota, a file system that is read-only. May be tried again. */
export class NoSpace extends Error {
  override readonly name = 'NoSpace'
  readonly code = 'record.no-space'
}

/** The log contradicts itself, the tree or the signed head. The record does not start. */
export class LogDamaged extends FatalError {
  override readonly name = 'LogDamaged'
  readonly code = 'record.log-damaged'

  constructor(what: string, place: { readonly segment: number; readonly offset: number }) {
    super(`log segment ${place.segment}, byte ${place.offset}: ${what}`)
  }
}

/** Somebody else has moved the signed head, or we were about to sign a second history. */
export class HeadMoved extends FatalError {
  override readonly name = 'HeadMoved'
  readonly code = 'record.head-moved'

  constructor(register: string, what: string, options?: ErrorOptions) {
    super(`the head register ${register} ${what}`, options)
  }
}

/** What lies in the head register was not written by this log's server. */
export class HeadDoubtful extends FatalError {
  override readonly name = 'HeadDoubtful'
  readonly code = 'record.head-doubtful'

  constructor(register: string, what: string, options?: ErrorOptions) {
    super(`the head register ${register} ${what}`, options)
  }
}

/**
 * A record cannot be opened for reading. Not fatal: one damaged body must not keep a whole company from talking. It is
 * the scrubber and `verify` that say what the damage is.
 */
export class RecordUnreadable extends Error {
  override readonly name = 'RecordUnreadable'
  readonly code = 'record.unreadable'
  readonly position: number
  readonly why: string
  /** It was disposed of: nobody can read it any more, and nothing is wrong. */
  readonly isGone: boolean

  constructor(position: number, why: string, { isGone = false } = {}) {
    super(`record ${position} cannot be read: ${why}`)
    this.position = position
    this.why = why
    this.isGone = isGone
  }
}

/** What proves a record is not there as it should be: see `onrecord verify`. */
export class EvidenceMissing extends Error {
  override readonly name = 'EvidenceMissing'
  readonly code = 'record.evidence-missing'
}
