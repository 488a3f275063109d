import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryKeyHolder, memoryVaultStore, seededRandom } from '../../../test/fakes/vault.ts'
import { stoppable } from '../../../test/fakes/stoppable-vault.ts'
import { Secret } from '../../base/secret.ts'
import { conversationId } from '../ids.ts'
import { createVault, openKeys } from './open-keys.ts'
import { recoverWithShares } from './papers.ts'
import { type KeyHolder, type KeyId, type Keys } from './ports.ts'
import { readShares } from './recovery-shares.ts'
import { readVault, type VaultParts } from './sealed-vault.ts'

const november = Date.UTC(2026, 10, 27)
const conversation = conversationId('c0ffee00'.repeat(4))

/** A holder that gives its key away, as a key file does. */
function withKits(holder: KeyHolder): KeyHolder {
  return { ...holder, kit: async (id) => new Secret(`kit of ${id}`) }
}

async function scene(
  seed: string,
): Promise<{ readonly parts: VaultParts; readonly keys: Keys; readonly handle: Uint8Array }> {
  const random = seededRandom(seed)
  const holders = [withKits(memoryKeyHolder(random, 'one'))]
  const clock = { now: () => november }
  const parts = { holders, vaultStore: memoryVaultStore(), random, clock }
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  await keys.ensureBuckets(november)
  return { parts, keys, handle: (await keys.handleFor(1, conversation, 0)).handle }
}

function keyOf(papers: readonly Secret<string>[]): Secret<Uint8Array> {
  const read = readShares(papers.map((paper) => paper.reveal()).join(''))
  return typeof read === 'string' ? assert.fail(read) : read
}

/** As after a fire: other holders of the same kind, which have nothing. */
function afterLoss(parts: VaultParts, seed: string): VaultParts {
  const random = seededRandom(seed)
  return { ...parts, holders: [withKits(memoryKeyHolder(random, 'anew'))], random }
}

test('enough shares open a vault whose holders are lost, and new ones open it from then on', async () => {
  const { parts, keys, handle } = await scene('shares')
  const papers = await keys.issueShares({ threshold: 2, of: 3 }, november)
  assert.equal(papers.length, 3)
  const lost = afterLoss(parts, 'lost')
  await assert.rejects(openKeys(lost), { code: 'vault.key-missing' })
  const made = await recoverWithShares(lost, keyOf(papers.slice(1)))
  assert.deepEqual(
    made.map(({ holder }) => holder.ref),
    ['anew'],
  )
  const again = await openKeys(lost)
  assert.notEqual(await again.conversation(1, handle, 'check'), null)
  await again.turn([])
  assert.deepEqual(
    (await readVault(lost))?.header.slots.map(({ ref }) => ref),
    ['anew'],
  )
  // The holder that was lost and is found again opens it, too, until the next turn.
  assert.deepEqual((await again.standing()).withoutKey, [])
})

test('where a holder opens the vault shares make nothing new', async () => {
  const { parts, keys } = await scene('not lost')
  const papers = await keys.issueShares({ threshold: 2, of: 2 }, november)
  assert.deepEqual(await recoverWithShares(parts, keyOf(papers)), [])
})

test('stopped while shares bring it back, it is brought back by them again, and nothing is left behind', async () => {
  for (const keeps of ['nothing', 'all'] as const) {
    for (let call = 0, isMet = true; isMet; call++) {
      const { parts, keys, handle } = await scene(`stopped ${call}`)
      const kek = keyOf(await keys.issueShares({ threshold: 2, of: 2 }, november))
      const drawn: KeyId[] = []
      const [fresh] = afterLoss(parts, 'lost').holders
      assert.ok(fresh)
      const watched: KeyHolder = {
        ...fresh,
        draw() {
          const key = fresh.draw()
          drawn.push(key.id)
          return key
        },
      }
      const lost = { ...afterLoss(parts, 'lost'), holders: [watched] }
      const stop = stoppable(lost, { call, keeps })
      await recoverWithShares(stop.parts, kek).catch(() => null)
      isMet = stop.isMet()
      await recoverWithShares(lost, kek)
      const again = await openKeys(lost)
      await again.settle()
      assert.notEqual(await again.conversation(1, handle, 'check'), null)
      const { keys: all } = await again.standing()
      assert.deepEqual(
        all.filter(({ use }) => use !== 'current'),
        [],
      )
      for (const id of drawn) {
        const isNamed = all.some((key) => key.id === id)
        assert.equal(await fresh.has(id), isNamed)
      }
    }
  }
})

test('shares of another record, and those from before a turn, do not open it', async () => {
  const { parts, keys } = await scene('turned')
  const old = await keys.issueShares({ threshold: 2, of: 2 }, november)
  const other = await (await scene('other')).keys.issueShares({ threshold: 2, of: 2 }, november)
  await keys.turn([])
  const now = await keys.issueShares({ threshold: 2, of: 2 }, november)
  const lost = afterLoss(parts, 'lost')
  for (const papers of [old, other]) {
    await assert.rejects(recoverWithShares(lost, keyOf(papers)), { code: 'key.other-shares' })
  }
  assert.equal((await recoverWithShares(lost, keyOf(now))).length, 1)
})

test('a turn lists each paper that was printed before it, until somebody says that it is destroyed', async () => {
  const { keys } = await scene('outstanding')
  await keys.issueShares({ threshold: 2, of: 3 }, november)
  const first = await keys.turn([])
  assert.deepEqual(
    first.outstanding.map(({ kind, threshold, of, epoch }) => [kind, threshold, of, epoch]),
    [
      ['kit', 1, 1, 1],
      ['shares', 2, 3, 1],
    ],
  )
  const [kit, shares] = first.outstanding
  assert.ok(kit && shares)
  await keys.dropPaper(shares.id)
  await assert.rejects(keys.dropPaper(shares.id), { code: 'key.no-paper' })
  assert.deepEqual((await keys.turn([])).outstanding, [kit])
  assert.deepEqual((await keys.settle())?.outstanding, [kit])
})

test('the kits of an epoch are printed once in the list, however often on paper', async () => {
  const { parts, keys } = await scene('kits')
  const [kit] = await keys.issueKits(november)
  await keys.issueKits(november)
  const { papers } = await keys.standing()
  assert.deepEqual(
    papers.map(({ kind, atMs }) => [kind, atMs]),
    [['kit', november]],
  )
  assert.equal(kit?.reveal(), `kit of ${papers[0]?.id}`)
  const random = seededRandom('silent')
  const silent = {
    ...parts,
    holders: [memoryKeyHolder(random, 'silent')],
    vaultStore: memoryVaultStore(),
  }
  await createVault(silent, 'example.com')
  await assert.rejects((await openKeys(silent)).issueKits(november), { code: 'key.no-kit' })
})

test('shares that somebody has destroyed open nothing any more', async () => {
  const { parts, keys } = await scene('dropped')
  const papers = await keys.issueShares({ threshold: 2, of: 2 }, november)
  const { papers: known } = await keys.standing()
  await keys.dropPaper(known.at(-1)?.id ?? '')
  await assert.rejects(recoverWithShares(afterLoss(parts, 'lost'), keyOf(papers)), {
    code: 'key.other-shares',
  })
})

test('each holder is asked for what the vault has there', async () => {
  const { parts, keys } = await scene('standing')
  await keys.issueShares({ threshold: 2, of: 2 }, november)
  const fresh = memoryKeyHolder(seededRandom('fresh'), 'fresh')
  const {
    keys: found,
    withoutKey,
    epoch,
  } = await (await openKeys({ ...parts, holders: [...parts.holders, fresh] })).standing()
  assert.deepEqual(
    found.map(({ kind, use, found: how }) => [kind, use, how]),
    [
      ['memory', 'current', 'there'],
      ['shares', 'current', 'paper'],
    ],
  )
  assert.deepEqual([withoutKey, epoch], [[{ kind: 'memory', ref: 'fresh' }], 1])
})
