import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { answeredOnce } from '../../api/door/answered-once.ts'
import { sha256 } from '../../base/crypto.ts'
import { toHex, utf8 } from '../../base/bytes.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { relationalAnswers } from './answers.ts'
import { openState } from './open-state.ts'

test('what was asked lies nowhere where a guess of it could be tried, and is known again', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-answers-'))
  const state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  const once = answeredOnce(relationalAnswers(state.db, await memoryKeys('answers'), fakeTime()))
  const asked = { url: '/api/v1/rooms/x/messages', body: { text: 'Yes' } }
  const ask = async (text: string): Promise<unknown> =>
    await once(
      { key: 'k', who: 'ann', asked: { ...asked, body: { text } } },
      async () => await Promise.resolve({ status: 201, body: { id: 'one' } }),
    )
  await ask('Yes')
  const rows = JSON.stringify(await state.db.selectFrom('answer').selectAll().execute())
  assert.ok(rows.includes('sealed'))
  assert.ok(!rows.includes(toHex(sha256(utf8(JSON.stringify(asked))))))
  assert.deepEqual(await ask('Yes'), { status: 201, body: { id: 'one' } })
  await assert.rejects(ask('No'), { code: 'api.other-request' })
})
