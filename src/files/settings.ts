/** What operators set of uploads. */
export type FileSettings = {
  /** What addresses begin with, without a slash at the end, such as `https://chat.example:8080`. */
  readonly baseUrl: string
  /** Bytes of one file. */
  readonly fileBytesMax: number
  /** Bytes and files of one person in 24 hours. */
  readonly bytesPerDayMax: number
  readonly filesPerDayMax: number
  /** Media types that are not taken: `video/mp4`, or all of a kind: `video/*`. */
  readonly refusedTypes: readonly string[]
}

/** How long a file waits for a message that names it: DESIGN.md §8, 5. */
export const stagedMs = 24 * 3_600_000

export function isRefused({ refusedTypes }: FileSettings, type: string): boolean {
  return refusedTypes.some((refused) =>
    refused.endsWith('/*') ? type.startsWith(refused.slice(0, -1)) : type === refused,
  )
}
