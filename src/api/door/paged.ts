// Lists in pages. The cursor is where the next page begins, and stays good whatever comes and goes meanwhile.
import { z } from 'zod'

const perPageMax = 1_000

const paging = {
  limit: z.coerce.number().int().min(1).max(perPageMax).default(100),
  /** `next` of the page before, as it was given. */
  cursor: z.string().min(1).max(3_200).optional(),
}

/** The query of a list. */
export const pageQuery = z.strictObject(paging)

/** `next`: the cursor of the next page; null: there is none. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }

/** @param keyOf one of its own for each item: pages are in its order */
export function pageOf<Item>(
  all: readonly Item[],
  { limit, cursor = '' }: z.infer<typeof pageQuery>,
  keyOf: (item: Item) => string,
): Page<Item> {
  const rest = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > cursor)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const shown = rest.slice(0, limit)
  const next = rest.length > limit ? (shown.at(-1)?.key ?? null) : null
  return { items: shown.map(({ item }) => item), next }
}

/** A number as part of a key: in its order. */
export function orderOf(count: number): string {
  return String(count).padStart(16, '0')
}
