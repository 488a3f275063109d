import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeadMoved } from '../../src/record/errors.ts'
import { type Head, type HeadRegister } from '../../src/record/ledger/ports.ts'

const origin = 'example.com/log/00000001'

function head(size: number, fill = size, closedAt: Head['closedAt'] = null): Head {
  return { size, root: new Uint8Array(32).fill(fill), closedAt }
}

/** What every HeadRegister promises. Each adapter runs it; a new promise is added here. */
export function headRegisterConformance(name: string, open: () => Promise<HeadRegister>): void {
  test(`${name}: read() gives null, then the head that was advanced to`, async () => {
    const register = await open()
    assert.equal(await register.read(origin), null)
    await register.advance(origin, { from: null, to: head(3) })
    assert.deepEqual(await register.read(origin), head(3))
    const closed = head(5, 5, { segment: 12, offset: 4096, spareBytes: 77 })
    await register.advance(origin, { from: head(3), to: closed })
    assert.deepEqual(await register.read(origin), closed)
    await register.advance(origin, { from: closed, to: head(5) })
    assert.deepEqual(await register.read(origin), head(5))
  })

  test(`${name}: advance() refuses when something else is stored, and writes nothing`, async () => {
    const register = await open()
    await register.advance(origin, { from: null, to: head(3) })
    for (const from of [
      null,
      head(2),
      head(3, 9),
      head(3, 3, { segment: 1, offset: 0, spareBytes: 0 }),
    ]) {
      await assert.rejects(register.advance(origin, { from, to: head(8) }), HeadMoved)
    }
    await assert.rejects(
      register.advance('example.com/log/2', { from: head(3), to: head(8) }),
      HeadMoved,
    )
    assert.deepEqual(await register.read(origin), head(3))
  })

  test(`${name}: a size never shrinks and never gets a second root`, async () => {
    const register = await open()
    await register.advance(origin, { from: null, to: head(3) })
    await assert.rejects(register.advance(origin, { from: head(3), to: head(2) }), HeadMoved)
    await assert.rejects(register.advance(origin, { from: head(3), to: head(3, 4) }), HeadMoved)
    assert.deepEqual(await register.read(origin), head(3))
  })

  test(`${name}: advancing again to what is stored is fine, as after a write that failed but was kept`, async () => {
    const register = await open()
    await register.advance(origin, { from: null, to: head(3) })
    await register.advance(origin, { from: head(3), to: head(4) })
    await register.advance(origin, { from: head(3), to: head(4) })
    assert.deepEqual(await register.read(origin), head(4))
  })

  test(`${name}: logs that share a register do not touch each other`, async () => {
    const register = await open()
    const other = 'example.com/log/00000002'
    await register.advance(origin, { from: null, to: head(3) })
    await register.advance(other, { from: null, to: head(7) })
    await register.advance(origin, { from: head(3), to: head(4) })
    assert.deepEqual(await register.read(origin), head(4))
    assert.deepEqual(await register.read(other), head(7))
  })

  test(`${name}: of many that advance at once, one wins`, async () => {
    const register = await open()
    const tries = Array.from({ length: 6 }, async (_, i) => {
      await register.advance(origin, { from: null, to: head(1 + i) })
    })
    const ended = await Promise.allSettled(tries)
    assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.ok(await register.read(origin))
  })
}
