import { type Element } from '../../xml/element.ts'

/** What an element or an attribute takes in memory beside its texts, about. */
const overheadChars = 100

/**
 * How much is on its way to the record from all streams together. Beyond the bound a stream may have one stanza on its way,
 * so that each goes on, and none has to be woken by another.
 */
export type Unsettled = {
  isFull(): boolean
  add(chars: number): void
  remove(chars: number): void
}

/** @param charsMax UTF-16 units, as `charsOf` counts them */
export function createUnsettled(charsMax: number): Unsettled {
  let chars = 0
  return {
    isFull: () => chars >= charsMax,
    add(more) {
      chars += more
    },
    remove(less) {
      chars -= less
    },
  }
}

/** What an element takes in memory, in UTF-16 units. */
export function charsOf({ attrs, children }: Element): number {
  let chars = overheadChars
  for (const name in attrs) chars += overheadChars + (attrs[name]?.length ?? 0)
  for (const node of children) chars += typeof node === 'string' ? node.length : charsOf(node)
  return chars
}
