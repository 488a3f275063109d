import { readIfThere, replaceDurably } from '../../base/files.ts'
import { type ScrubKept, type ScrubState } from '../../record/scrub/ports.ts'
import { orNoSpace } from './no-space.ts'

const nothing: ScrubKept = { place: null, last: null, findings: [] }

/** One JSON file. What cannot be read is as good as none: a pass begins anew. */
export function fileScrubState(path: string): ScrubState {
  return {
    async read() {
      const bytes = await readIfThere(path)
      return (bytes && parsed(bytes)) ?? nothing
    },
    async write(kept) {
      try {
        await replaceDurably(path, JSON.stringify({ v: 1, ...kept }))
      } catch (error) {
        throw orNoSpace(error, path)
      }
    },
  }
}

function parsed(bytes: Buffer): ScrubKept | null {
  try {
    const { v, place, last, findings }: Partial<ScrubKept & { readonly v: number }> = JSON.parse(
      bytes.toString(),
    )
    const isKnown = v === 1 && place !== undefined && last !== undefined
    return isKnown ? { place, last, findings: findings ?? [] } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
