// What closed-network.ts prints. Apart from it, since whoever imports that runs it.

/** What the namespace showed. */
export type Seen = {
  /** `tcp 127.0.0.1:5222` */
  readonly listening: { readonly full: readonly string[]; readonly web: readonly string[] }
  readonly archived: number
  readonly verified: number | null
  /** Lines of tcpdump, by interface, without our own marks. */
  readonly packets: { readonly lo: readonly string[]; readonly out: readonly string[] }
}
