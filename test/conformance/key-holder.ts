import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../src/base/bytes.ts'
import { OperatorError } from '../../src/base/errors.ts'
import { Secret } from '../../src/base/secret.ts'
import { isKeyId } from '../../src/record/keys/key-id.ts'
import { type KeyHolder } from '../../src/record/keys/ports.ts'

/** What every KeyHolder promises. Each adapter runs it; a new promise is added here. */
export function keyHolderConformance(name: string, open: () => Promise<KeyHolder>): void {
  const key = new Secret<Uint8Array>(new Uint8Array(32).fill(7))
  const context = utf8('context')

  test(`${name}: what was wrapped is unwrapped, and never stands in clear`, async () => {
    const holder = await open()
    const id = await holder.create()
    assert.ok(isKeyId(id))
    const wrapped = await holder.wrap(id, key, context)
    assert.deepEqual((await holder.unwrap(id, wrapped, context))?.reveal(), Buffer.alloc(32, 7))
    assert.ok(!Buffer.from(wrapped).includes(key.reveal()))
  })

  test(`${name}: another context, and each changed or missing byte, is not unwrapped`, async () => {
    const holder = await open()
    const id = await holder.create()
    const wrapped = new Uint8Array(await holder.wrap(id, key, context))
    assert.equal(await holder.unwrap(id, wrapped, utf8('other')), null)
    for (let at = 0; at < wrapped.length; at++) {
      const changed = wrapped.with(at, (wrapped[at] ?? 0) ^ 1)
      assert.equal(await holder.unwrap(id, changed, context), null, `byte ${at}`)
      assert.equal(await holder.unwrap(id, wrapped.subarray(0, at), context), null)
    }
  })

  test(`${name}: keys are different, and one does not unwrap for the other`, async () => {
    const holder = await open()
    const [one, other] = [await holder.create(), await holder.create()]
    assert.notEqual(one, other)
    assert.equal(await holder.unwrap(other, await holder.wrap(one, key, context), context), null)
  })

  test(`${name}: a key that was destroyed is not there, and the others are`, async () => {
    const holder = await open()
    const [doomed, kept] = [await holder.create(), await holder.create()]
    const wrapped = await holder.wrap(doomed, key, context)
    await holder.destroy(doomed)
    await holder.destroy(doomed)
    assert.deepEqual([await holder.has(doomed), await holder.has(kept)], [false, true])
    await assert.rejects(holder.unwrap(doomed, wrapped, context), OperatorError)
    await assert.rejects(holder.wrap(doomed, key, context), OperatorError)
  })
}
