import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type AccessState } from '../../src/directory/access/ports.ts'

/** What every AccessState promises. Each adapter runs it. @param place answers with the same state, as often as it is opened */
export function accessStateConformance(
  name: string,
  place: (t: TestContext) => Promise<() => Promise<AccessState>>,
): void {
  test(`${name}: what was applied last under a key is there, and what is gone is not`, async (t) => {
    const open = await place(t)
    const state = await open()
    assert.deepEqual(await state.load(), { applied: -1, texts: [] })
    const grant = { key: 'grant a', text: 'one' }
    await state.apply([grant, { key: 'grant b', text: 'two' }], 3)
    await state.apply(
      [
        { ...grant, text: 'three' },
        { key: 'grant b', text: null },
      ],
      8,
    )
    await state.apply([], 9)
    for (const again of [state, await open()])
      assert.deepEqual(await again.load(), { applied: 9, texts: ['three'] })
  })

  test(`${name}: what was applied before changes nothing`, async (t) => {
    const state = await (await place(t))()
    await state.apply([{ key: 'grant a', text: 'new' }], 8)
    await state.apply([{ key: 'grant a', text: 'old' }], 8)
    await state.apply([{ key: 'grant b', text: 'old' }], 2)
    assert.deepEqual(await state.load(), { applied: 8, texts: ['new'] })
  })
}
