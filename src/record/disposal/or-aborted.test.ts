import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { orAborted } from './or-aborted.ts'

/** What nobody has taken, as a stop of the process would have it. */
function untaken(t: TestContext): unknown[] {
  const found: unknown[] = []
  const note = (error: unknown): void => void found.push(error)
  process.on('unhandledRejection', note)
  t.after(() => process.off('unhandledRejection', note))
  return found
}

test('what fails after nobody waits for it any more is nobody’s failure', async (t) => {
  const found = untaken(t)
  const before = Promise.withResolvers<void>()
  await assert.rejects(orAborted(AbortSignal.abort(new Error('a stop')), before.promise), /a stop/)
  const ending = new AbortController()
  const meanwhile = Promise.withResolvers<void>()
  const waiting = orAborted(ending.signal, meanwhile.promise)
  ending.abort(new Error('a stop'))
  await assert.rejects(waiting, /a stop/)
  before.reject(new Error('the record is closed'))
  meanwhile.reject(new Error('the record is closed'))
  const { port1, port2 } = new MessageChannel()
  port1.postMessage('a turn of the loop later')
  await once(port2, 'message')
  port1.close()
  assert.deepEqual(found, [])
})
