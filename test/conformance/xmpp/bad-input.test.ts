// A request of every kind, spoiled in every field: its exact answer, and nothing of it in the log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child, type Element, elements } from '../../../src/xml/element.ts'
import { serialize } from '../../../src/xml/serialize.ts'
import { knownRequests } from './bad-input-requests.ts'
import { answersToSpoiled } from './bad-input-table.ts'
import { play } from './conform.ts'
import { parsePattern } from './pattern.ts'
import { sharedServer } from './server.ts'
import { canary, spoiled } from './spoil.ts'
import { Stage } from './stage.ts'

for (const { name, type, to, before = '', payload } of knownRequests) {
  test(`bad input: ${name}`, async () => {
    const stage = await Stage.open()
    try {
      await play(stage, `there: ann, bo, ann=bo\n${before}`)
      const answerTo = async (request: Element): Promise<string> => {
        stage.ask('ann', { type, to, xml: serialize(request, 'jabber:client') })
        return outcome(await stage.takeAnswer('ann', '<iq/>'))
      }
      const request = parsePattern(payload, stage.names)
      const lines = new Map<string, string[]>()
      for (const { field, how, request: bad } of spoiled(request)) {
        const answer = await answerTo(bad)
        const line = lines.get(field) ?? []
        lines.set(field, line)
        if (answer !== 'ok') line.push(`${how} ${answer}`)
      }
      const found = [...lines].filter(([, line]) => line.length > 0)
      assert.deepEqual(
        found.map(([field, line]) => `${field}: ${line.join(', ')}`),
        answersTo(name),
      )
    } finally {
      stage.close()
    }
  })
}

test('bad input: the log has nothing of what was sent', async () => {
  const log = (await sharedServer()).log()
  assert.ok(log.includes('server.started'))
  assert.ok(!log.includes(canary))
  assert.doesNotMatch(log, /"level":"error"/)
})

/** `ok`, or the condition with what XEPs add to it. */
function outcome(answer: Element): string {
  const error = child(answer, 'error', 'jabber:client')
  if (!error) return 'ok'
  const conditions = elements(error).filter(({ name }) => name !== 'text')
  return conditions.map(({ name }) => name).join('+')
}

function answersTo(name: string): readonly string[] {
  const part = answersToSpoiled.split('\n\n').find((text) => text.trim().startsWith(`${name}\n`))
  return (part ?? '')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}
