import { type Clock } from '../base/clock.ts'
import { recentMap } from '../base/recent-map.ts'

/** How long who uploaded a file can look at it before a message names it: XEP-0363 section 7 lets 201 mean that it can be fetched. */
const ownMs = 300_000

/** Uploads that are remembered, at least. */
const uploadsRemembered = 10_000

/** From where files were uploaded just now. In memory: nothing depends on it. */
export type OwnUploads = {
  add(address: string, client: string): void
  /** Whether this client has uploaded it, a few minutes ago at most. */
  has(address: string, client: string): boolean
}

export function createOwnUploads(clock: Clock): OwnUploads {
  const uploads = recentMap<{ readonly client: string; readonly at: number }>(uploadsRemembered)
  return {
    add: (address, client) => uploads.set(address, { client, at: clock.now() }),
    has(address, client) {
      const upload = uploads.get(address)
      return upload?.client === client && clock.now() - upload.at < ownMs
    },
  }
}
