// PNG (Third Edition) section 5.3, with its animations: a signature, then chunks.

import { type Stretch } from '../ports.ts'
import { outgoing, type Place, skip, type Step, take, textAt } from './walk.ts'

const signature = '\x89PNG\r\n\x1a\n'

/** Chunks without which the picture would look otherwise. What is critical (section 5.4) is kept, too; texts, Exif and times are not. */
const kept = new Set(
  'tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT cICP mDCV cLLI acTL fcTL fdAT'.split(' '),
)

export function* png(place: Place): Step<readonly Stretch[] | null> {
  const out = outgoing()
  const start = yield* take(8)
  if (!start || textAt(start, 0, 8) !== signature) return null
  out.keepTo(place.at)
  for (let isFirst = true; ; isFirst = false) {
    const head = yield* take(8)
    const type = head ? textAt(head, 4, 8) : ''
    if (!/^[A-Za-z]{4}$/.test(type) || !head || isFirst !== (type === 'IHDR'))
      return isFirst ? null : out.stretches()
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    const isWhole = (yield* skip(length + 4)) !== null
    if (isKept(type)) out.keepTo(place.at)
    else out.leaveTo(place.at)
    if (!isWhole || type === 'IEND') return out.stretches()
  }
}

/** The fifth bit of the first letter is clear in critical chunks. */
function isKept(type: string): boolean {
  return /^[A-Z]/.test(type) || kept.has(type)
}
