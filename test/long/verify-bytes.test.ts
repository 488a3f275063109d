// Each byte of each file of a small record, flipped alone: verification finds it.
import { after, before, test } from 'node:test'
import { findEachFlip, recordFiles } from '../support/damage.ts'
import { recordFolder, type RecordFolder } from '../support/record-folder.ts'
import { hire, talk } from '../support/talk.ts'

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    await talk(storage.record, await hire(storage), { count: 3 })
  })
})

after(() => folder[Symbol.dispose]())

test('each byte of vault, head register, log, tiles, bodies and checkpoints is found', async () => {
  for (const name of recordFiles(folder)) await findEachFlip(folder, name, Infinity)
})
