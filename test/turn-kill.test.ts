// A vault is turned by a process that the system kills at each step. What is left in its files is all that the next one has.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { conversationId } from '../src/record/ids.ts'
import { createVault, openKeys } from '../src/record/keys/open-keys.ts'
import { readVault } from '../src/record/keys/sealed-vault.ts'
import { keyFiles, over, turnedVault, within } from './support/turned-vault.ts'

const script = join(import.meta.dirname, 'support/turn-process.ts')
const conversation = conversationId('c0ffee00'.repeat(4))
const root = mkdtempSync(join(tmpdir(), 'onrecord-turn-'))
const original = join(root, 'original')
let handle: Uint8Array

before(async () => {
  const parts = turnedVault(original)
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  await keys.ensureBuckets(within)
  await keys.ensureBuckets(over)
  ;({ handle } = await keys.handleFor(1, conversation, 0))
})

after(() => rmSync(root, { recursive: true }))

/** @returns whether it was killed before its end */
function turnUntilKilled(dir: string, call: number, keeps: 'nothing' | 'all'): boolean {
  const run = spawnSync(process.execPath, [script, dir, String(call), keeps], { encoding: 'utf8' })
  assert.ok(run.signal === 'SIGKILL' || run.status === 0, run.stderr)
  return run.signal === 'SIGKILL'
}

for (const keeps of ['nothing', 'all'] as const) {
  test(`killed at any step of a turn, with ${keeps} of that step done, the next process finishes or undoes it`, async () => {
    let isKilled = true
    for (let call = 0; isKilled; call++) {
      const dir = join(root, `${keeps}-${call}`)
      cpSync(original, dir, { recursive: true })
      isKilled = turnUntilKilled(dir, call, keeps)
      const parts = turnedVault(dir)
      const keys = await openKeys(parts)
      await keys.settle()
      const key = await keys.conversation(1, handle, 'check')
      assert.equal(key === null, keys.epoch === 2, `call ${call}`)
      const header = (await readVault(parts))?.header
      assert.deepEqual([header?.making, header?.doomed], [[], []])
      // Each file has the one key that the vault names there, and nothing else lies beside it.
      for (const [i, name] of keyFiles.entries()) {
        const text = readFileSync(join(dir, name), 'latin1')
        assert.deepEqual(
          [...text.matchAll(/^key (\w+) /gm)].map(([, id]) => id),
          [header?.slots[i]?.id],
        )
        assert.deepEqual(
          readdirSync(join(dir, name, '..')).filter((file) => !file.endsWith('.lock')),
          ['vault.key'],
        )
      }
      await keys.ensureBuckets(over)
      await keys.turn([{ bucket: 1, survivors: null, index: false }])
      assert.equal(await keys.conversation(1, handle, 'check'), null)
    }
  })
}
