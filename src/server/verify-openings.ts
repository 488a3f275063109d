// The journal of the key agent, held against itself and against what the hourly statements on record say of it.

import { type SecretKey } from '../base/crypto.ts'
import { checkJournal, type JournalEnd } from '../record/keys/openings.ts'
import { type Verified } from '../record/verify/ports.ts'
import { type Checked } from '../record/verify/verify-record.ts'
import { readOpenings } from '../storage/files/openings-journal.ts'

export type OpeningsCheck = {
  readonly see: (record: Checked) => void
  /** What becomes of a record that is sound. */
  verdict(sound: Verified): Promise<Verified>
}

export function openingsOf(dir: string, key: SecretKey): OpeningsCheck {
  const stated: (JournalEnd & { readonly where: string })[] = []
  return {
    see({ position, envelope, content }) {
      if (envelope.kind !== 'tick') return
      const { openings }: { readonly openings?: JournalEnd } = JSON.parse(content)
      if (openings) stated.push({ ...openings, where: `record ${position}` })
    },
    async verdict(sound) {
      // After the record: what statements name was written before them.
      const finding = checkJournal(await readOpenings(dir), stated, key)
      return finding === null ? sound : { ok: false, finding }
    },
  }
}
