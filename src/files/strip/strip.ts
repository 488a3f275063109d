// What images say beside what they show: place, camera, owner, software, comments.

import { gif } from './gif.ts'
import { heif } from './heif.ts'
import { jpeg } from './jpeg.ts'
import { png } from './png.ts'
import { type Parser, type Walk, walk } from './walk.ts'
import { webp } from './webp.ts'

const parsers: Readonly<Record<string, Parser>> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/gif': gif,
  'image/webp': webp,
  'image/heic': heif,
  'image/avif': heif,
}

/** Finds out what may go out of a file of this type; null for types that are left as they are. Constant memory. */
export function stripping(type: string): Walk | null {
  const parser = Object.hasOwn(parsers, type) ? parsers[type] : undefined
  return parser ? walk(parser) : null
}
