// What the tables of bookmarks say again and again.

/** Bookmarks in private XML, XEP-0048. */
export function storage(inside: string): string {
  return `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>${inside}</storage></query>`
}
