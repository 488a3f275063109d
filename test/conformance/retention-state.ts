import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type RetentionState } from '../../src/record/retention/ports.ts'

/** What every RetentionState promises. Each adapter runs it. @param place answers with the same state, as often as it is opened */
export function retentionStateConformance(
  name: string,
  place: (t: TestContext) => Promise<() => Promise<RetentionState>>,
): void {
  test(`${name}: what was applied last under a key is there, in the order of positions`, async (t) => {
    const open = await place(t)
    const state = await open()
    assert.deepEqual(await state.load(), { applied: -1, items: [] })
    await state.apply({ key: 'class a', text: 'one', position: 3 })
    await state.apply({ key: 'class b', text: 'two', position: 5 })
    await state.apply({ key: 'class a', text: 'three', position: 8 })
    await state.apply({ key: 'class c', text: 'four', position: 9 })
    await state.apply({ key: 'class c', text: null, position: 12 })
    const expected = {
      applied: 12,
      items: [
        { position: 5, text: 'two' },
        { position: 8, text: 'three' },
      ],
    }
    assert.deepEqual(await state.load(), expected)
    assert.deepEqual(await (await open()).load(), expected)
  })

  test(`${name}: what was applied before changes nothing`, async (t) => {
    const state = await (await place(t))()
    await state.apply({ key: 'rules', text: 'new', position: 8 })
    await state.apply({ key: 'rules', text: 'old', position: 8 })
    await state.apply({ key: 'class a', text: 'old', position: 2 })
    assert.deepEqual(await state.load(), { applied: 8, items: [{ position: 8, text: 'new' }] })
  })
}
