// Some seconds of noise at every listener; test/long has ten minutes of it, with a fresh seed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyListener, mischiefUntil } from './fuzz.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'

const seed = 20_261_121
const connections = 220

test('noise and mutated stanzas at every listener stop nothing, and the record verifies', async () => {
  const { server, target } = await everyListener()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo', 'fuzz')
    const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
    await mischiefUntil(target, {
      seed,
      beside: 4,
      pauseMs: 0,
      isEnough: (count) => count >= connections,
    })
    say(ann, `bo@${server.domain}`, 'still here?', 'm')
    assert.equal(bodyOf(await nextMessage(bo)), 'still here?')
    assert.equal(await server.stop(), 0, server.log())
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
    assert.doesNotMatch(server.log(), /"level":"error"/)
  } finally {
    await server.remove()
  }
})
