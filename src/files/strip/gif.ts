// GIF89a specification, sections 17 to 27.

import { type Stretch } from '../ports.ts'
import { outgoing, type Place, skip, type Step, take, textAt } from './walk.ts'

const extension = 0x21
const image = 0x2c
const trailer = 0x3b
const commentLabel = 0xfe
const applicationLabel = 0xff

/** How often an animation plays is all that an application's block may say. */
const keptApplications = ['NETSCAPE2.0', 'ANIMEXTS1.0']

export function* gif(place: Place): Step<readonly Stretch[] | null> {
  const out = outgoing()
  const head = yield* take(13)
  if (!head || !/^GIF8[79]a$/.test(textAt(head, 0, 6))) return null
  yield* skip(colourTableBytes(head[10] ?? 0))
  out.keepTo(place.at)
  let isImage = false
  for (;;) {
    const kind = (yield* take(1))?.[0]
    if (kind === trailer) {
      out.keepTo(place.at)
      return out.stretches()
    }
    if (kind === extension) {
      const isKept = yield* extensionBlock()
      if (isKept === null) return isImage ? out.stretches() : null
      if (isKept) out.keepTo(place.at)
      else out.leaveTo(place.at)
    } else if (kind === image) {
      isImage = true
      yield* imageBlock()
      out.keepTo(place.at)
    } else return isImage ? out.stretches() : null
  }
}

/** @returns whether it stays; null when the file ends in it */
function* extensionBlock(): Step<boolean | null> {
  const head = yield* take(2)
  if (!head) return null
  const [label, length = 0] = head
  const name = yield* take(length)
  if (!name) return null
  // A block of no length is the end of what the extension has.
  if (length > 0 && !(yield* subBlocks())) return null
  if (label === commentLabel) return false
  return label !== applicationLabel || keptApplications.includes(textAt(name, 0, 11))
}

function* imageBlock(): Step<void> {
  const descriptor = yield* take(9)
  yield* skip(colourTableBytes(descriptor?.[8] ?? 0) + 1)
  yield* subBlocks()
}

/** @returns false when the file ends before they do */
function* subBlocks(): Step<boolean> {
  for (;;) {
    const length = (yield* take(1))?.[0]
    if (length === 0) return true
    if (length === undefined || !(yield* skip(length))) return false
  }
}

/** Section 18: three bytes a colour, 2 to 256 of them, where the flag is set. */
function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}
