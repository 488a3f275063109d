// Permissions to upload, XEP-0363: whose, what, and where it will lie. They live for minutes, so they are in memory alone.

import { toBase64Url } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { type Random } from '../base/random.ts'
import { type PersonId } from '../record/types.ts'
import { addressOf, slotUrl } from './addresses.ts'
import { essenceOf } from './media-type.ts'
import { type FileState } from './ports.ts'
import { type FileSettings, isRefused } from './settings.ts'

/** XEP-0363 section 8: how long a client may take until it begins. */
const slotMs = 300_000
const slotsMax = 10_000
const slotsPerPersonMax = 50
const nameCharsMax = 255
const tokenBytes = 16
const dayMs = 24 * 3_600_000

export type SlotRequest = {
  readonly name: string
  readonly size: number
  readonly type: string | null
}

export type SlotAnswer =
  | { readonly kind: 'slot'; readonly put: string; readonly get: string }
  | { readonly kind: 'too-large'; readonly bytesMax: number }
  | { readonly kind: 'bad-request' | 'type-refused'; readonly text: string }
  /** Later: from `retryAt` on, ms since 1970. */
  | { readonly kind: 'quota' | 'busy'; readonly text: string; readonly retryAt: number }

export type Slot = {
  readonly token: string
  /** What the file will be found by. */
  readonly address: string
  readonly uploader: PersonId
  readonly name: string
  readonly size: number
  /** As the client said before; null where it said nothing. */
  readonly type: string | null
  readonly expiresAt: number
}

export type Slots = {
  /** Bytes of the largest file that anybody may upload. */
  readonly bytesMax: number
  request(by: PersonId, wanted: SlotRequest): Promise<SlotAnswer>
  /** Null for what was never given out, was used, or is too old. */
  find(token: string): Slot | null
  /** It is being used: nobody finds it any more, and it still counts. */
  begin(slot: Slot): void
  /** Whatever came of it. */
  end(slot: Slot): void
}

export function createSlots(parts: {
  readonly state: Pick<FileState, 'usedSince'>
  readonly settings: FileSettings
  readonly clock: Clock
  readonly random: Random
}): Slots {
  const { state, settings, clock, random } = parts
  const waiting = new Map<string, Slot>()
  const begun = new Set<Slot>()
  const bytesMax = Math.min(settings.fileBytesMax, settings.bytesPerDayMax)

  const newToken = (): string => toBase64Url(random.bytes(tokenBytes))

  /** They live equally long, so the oldest come first. */
  function forgetOld(now: number): void {
    for (const [token, { expiresAt }] of waiting) {
      if (expiresAt > now) return
      waiting.delete(token)
    }
  }

  function openOf(by: PersonId): Slot[] {
    return [...waiting.values(), ...begun].filter(({ uploader }) => uploader === by)
  }

  return {
    bytesMax,

    async request(by, { name: written, size, type: claimed }) {
      const type = claimed === null ? null : essenceOf(claimed)
      const name = fileName(written)
      if (name === null)
        return { kind: 'bad-request', text: 'A file has a name of 1 to 255 characters.' }
      if (type !== null && isRefused(settings, type))
        return { kind: 'type-refused', text: `Files of the type ${type} are not taken here.` }
      if (size > bytesMax) return { kind: 'too-large', bytesMax }
      const since = clock.now() - dayMs
      const used = await state.usedSince(by, since)
      // From here on nothing waits, so that two requests do not both get the last bytes.
      const now = clock.now()
      forgetOld(now)
      const open = openOf(by)
      if (open.length >= slotsPerPersonMax || waiting.size >= slotsMax)
        return {
          kind: 'busy',
          text: 'Too many uploads are waiting: finish some.',
          retryAt: now + slotMs,
        }
      const taken = [...used, ...open.map((slot) => ({ at: now, size: slot.size }))]
      const retryAt = whenFree(taken, size, settings)
      if (retryAt !== null)
        return { kind: 'quota', text: quotaText(settings), retryAt: retryAt + dayMs }
      const slot = {
        token: newToken(),
        address: newToken(),
        uploader: by,
        name,
        size,
        type,
        expiresAt: now + slotMs,
      }
      waiting.set(slot.token, slot)
      const { baseUrl } = settings
      return { kind: 'slot', put: slotUrl(baseUrl, slot), get: addressOf(baseUrl, slot) }
    },

    find(token) {
      forgetOld(clock.now())
      return waiting.get(token) ?? null
    },
    begin(slot) {
      waiting.delete(slot.token)
      begun.add(slot)
    },
    end: (slot) => void begun.delete(slot),
  }
}

/** Null where there is room for so many bytes more; else when the upload was after which there will be, once that is a day ago. */
function whenFree(
  taken: readonly { readonly at: number; readonly size: number }[],
  size: number,
  { bytesPerDayMax, filesPerDayMax }: FileSettings,
): number | null {
  let bytes = taken.reduce((sum, used) => sum + used.size, size)
  let files = taken.length + 1
  let freeAt: number | null = null
  for (const used of taken) {
    if (bytes <= bytesPerDayMax && files <= filesPerDayMax) break
    bytes -= used.size
    files -= 1
    freeAt = used.at
  }
  return freeAt
}

function quotaText({ bytesPerDayMax, filesPerDayMax }: FileSettings): string {
  return `You can upload ${bytesPerDayMax} bytes and ${filesPerDayMax} files in 24 hours, and have done so: try again later.`
}

/** Without folders and control characters. Null where nothing is left, or it is too long. */
function fileName(written: string): string | null {
  if (written.length > nameCharsMax) return null
  const name = (written.split(/[/\\]/).at(-1) ?? '')
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
  return name === '' || name === '.' || name === '..' ? null : name
}
