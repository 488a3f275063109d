import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../src/base/bytes.ts'
import { OperatorError } from '../../src/base/errors.ts'
import { Secret } from '../../src/base/secret.ts'
import { isKeyId } from '../../src/record/keys/key-id.ts'
import { type KeyHolder, type KeyId } from '../../src/record/keys/ports.ts'

/** What every KeyHolder promises. Each adapter runs it; a new promise is added here. */
export function keyHolderConformance(name: string, open: () => Promise<KeyHolder>): void {
  const key = new Secret<Uint8Array>(new Uint8Array(32).fill(7))
  const context = utf8('context')

  test(`${name}: what was wrapped is unwrapped, and never stands in clear`, async () => {
    const holder = await open()
    const id = await create(holder)
    assert.ok(isKeyId(id))
    const wrapped = await holder.wrap(id, key, context)
    const opened = await holder.unwrap(id, wrapped, context)
    assert.deepEqual([...(opened?.reveal() ?? [])], [...key.reveal()])
    assert.ok(!Buffer.from(wrapped).includes(key.reveal()))
  })

  test(`${name}: another context, and each changed or missing byte, is not unwrapped`, async () => {
    const holder = await open()
    const id = await create(holder)
    const wrapped = new Uint8Array(await holder.wrap(id, key, context))
    assert.equal(await holder.unwrap(id, wrapped, utf8('other')), null)
    for (let at = 0; at < wrapped.length; at++) {
      const changed = wrapped.with(at, (wrapped[at] ?? 0) ^ 1)
      assert.equal(await holder.unwrap(id, changed, context), null, `byte ${at}`)
      assert.equal(await holder.unwrap(id, wrapped.subarray(0, at), context), null)
    }
  })

  test(`${name}: a key that was only drawn is not there, and is no trouble to destroy`, async () => {
    const holder = await open()
    const { id } = holder.draw()
    assert.ok(isKeyId(id))
    assert.equal(await holder.has(id), false)
    await holder.destroy(id)
    assert.equal(await holder.has(id), false)
  })

  test(`${name}: keys are different, and one does not unwrap for the other`, async () => {
    const holder = await open()
    const [one, other] = [await create(holder), await create(holder)]
    assert.notEqual(one, other)
    assert.equal(await holder.unwrap(other, await holder.wrap(one, key, context), context), null)
  })

  test(`${name}: a key that was destroyed is not there, and the others are`, async () => {
    const holder = await open()
    const [doomed, kept] = [await create(holder), await create(holder)]
    const wrapped = await holder.wrap(doomed, key, context)
    const first = await holder.destroy(doomed)
    const again = await holder.destroy(doomed)
    assert.ok(first.method !== '' && first.evidence !== '')
    assert.deepEqual(again.state, first.state)
    assert.deepEqual([await holder.has(doomed), await holder.has(kept)], [false, true])
    await assert.rejects(holder.unwrap(doomed, wrapped, context), OperatorError)
    await assert.rejects(holder.wrap(doomed, key, context), OperatorError)
  })
}

async function create(holder: KeyHolder): Promise<KeyId> {
  const drawn = holder.draw()
  await drawn.create()
  return drawn.id
}
