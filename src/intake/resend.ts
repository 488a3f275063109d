import { recentMap } from '../base/recent-map.ts'
import { type LogPosition } from '../record/types.ts'
import { type Archive } from './archive.ts'
import { type Draft } from './draft.ts'
import { resendOf, type Recent } from './recent.ts'

/** How many devices are known to have resent what they had to, at least. */
const devicesRemembered = 10_000

/** After a cut a device resends at its first words; so many messages of it are looked up in the archive. */
const messagesLookedUp = 64

/** Where a message lies already that a device sends again, not knowing that it had arrived (XEP-0198 §5, XEP-0359 §4). */
export type Resends = { find(draft: Draft): LogPosition | null | Promise<LogPosition | null> }

export function createResends(recent: Recent, archive: Archive): Resends {
  const lookedUp = recentMap<number>(devicesRemembered)

  return {
    find(draft) {
      const { conversation, sender, device, originId } = draft
      if (originId === null || sender === null) return null
      const said = recent.find(draft, sender, originId)
      if (said) {
        if (said.resend !== resendOf(draft)) return null
        const { settled } = said
        if (settled === null) return said.place?.position ?? null
        return settled.then(() => said.place?.position ?? null)
      }
      // What comes from no device, by the API, may be said again at any time, and waits for the answer.
      if (device !== '') {
        const who = `${sender}/${device}`
        const count = lookedUp.get(who) ?? 0
        if (count >= messagesLookedUp) return null
        lookedUp.set(who, count + 1)
      }
      const found = archive.find(conversation, sender, originId)
      return found === null ? null : inArchive(draft, found)
    },
  }
}

async function inArchive(
  draft: Draft,
  found: ReturnType<Archive['find']>,
): Promise<LogPosition | null> {
  const opened = await found
  if (opened === null) return null
  const { device, kind, origin_id: originId } = opened.envelope
  const same = resendOf({ device, kind, originId, content: opened.content }) === resendOf(draft)
  return same ? opened.position : null
}
