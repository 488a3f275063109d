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
