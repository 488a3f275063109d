import { sameBytes } from '../../base/bytes.ts'
import { type Head } from './ports.ts'

/** Equal in each part, or both null. */
export function sameHead(left: Head | null, right: Head | null): boolean {
  if (left === null || right === null) return left === right
  return (
    left.size === right.size &&
    sameBytes(left.root, right.root) &&
    left.closedAt?.segment === right.closedAt?.segment &&
    left.closedAt?.offset === right.closedAt?.offset &&
    left.closedAt?.spareBytes === right.closedAt?.spareBytes
  )
}

/** The rule of the head register. @returns null when the step is one it takes, else a clause that says why not */
export function refusalOf(
  stored: Head | null,
  { from, to }: { readonly from: Head | null; readonly to: Head },
): string | null {
  if (!sameHead(stored, from))
    return `holds size ${sizeOf(stored)}, not ${sizeOf(from)} as expected`
  if (stored === null || to.size > stored.size) return null
  if (to.size < stored.size) return `holds size ${stored.size} and does not go back to ${to.size}`
  return sameBytes(stored.root, to.root) ? null : `holds another root for size ${to.size}`
}

function sizeOf(head: Head | null): string {
  if (head === null) return 'none'
  return head.closedAt === null ? String(head.size) : `${head.size} (closed)`
}
