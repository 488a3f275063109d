import { type Clock } from '../base/clock.ts'
import { recentMap } from '../base/recent-map.ts'

/** How long who uploaded a file can look at it before a message names it: XEP-0363 section 7 lets 201 mean that it can be fetched. */
const ownMs = 300_000

/** Uploads that are remembered, at least. */
const uploadsRemembered = 10_000

type Upload = { readonly client: string; readonly at: number; look: Promise<boolean> | null }

/** From where files were uploaded just now. In memory: nothing depends on it. */
export type OwnUploads = {
  add(address: string, client: string): void
  /**
   * Whether this client has uploaded it, a few minutes ago at most, and may look.
   * @param note puts the first look on record; false when that cannot be done
   */
  mayLook(address: string, client: string, note: () => Promise<boolean>): Promise<boolean>
}

export function createOwnUploads(clock: Clock): OwnUploads {
  const uploads = recentMap<Upload>(uploadsRemembered)
  return {
    add: (address, client) => uploads.set(address, { client, at: clock.now(), look: null }),
    async mayLook(address, client, note) {
      const upload = uploads.get(address)
      if (upload?.client !== client || clock.now() - upload.at >= ownMs) return false
      upload.look ??= note()
      const may = await upload.look
      if (!may) upload.look = null
      return may
    },
  }
}
