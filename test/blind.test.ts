// COMPLIANCE.md §F6. What can be seen is in docs/reference/search.md, "What is seen of it". test/long plays longer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corporaOf, recordsOf, says } from './support/blind-corpora.ts'
import { folderOf } from './support/blind-game.ts'
import { play, suspicious } from './support/blind-play.ts'
import { asked } from './support/search-scene.ts'

const sizes = { learnedFrom: 5, asked: 7 }

test('F6: who reads every byte of the folder cannot tell which of two words was said, though he knows all the rest', async (t) => {
  const corpora = corporaOf(1, 60, 30)
  const games = await play(async (which) => await folderOf(recordsOf(corpora, which)), sizes)
  t.diagnostic(JSON.stringify(games))
  for (const { chance, tells } of games) assert.ok(chance > suspicious, tells.join('; '))
})

test('F6: nor can he who sends a word himself tell whether it was said before', async (t) => {
  const corpora = corporaOf(2, 60, 30)
  const [[canary = '']] = corpora.words
  const games = await play(
    async (which) => await folderOf([...recordsOf(corpora, which), says(99, canary)]),
    sizes,
  )
  t.diagnostic(JSON.stringify(games))
  for (const { chance, tells } of games) assert.ok(chance > suspicious, tells.join('; '))
})

test('F6: where one says more than the other he can tell, as it is documented', async () => {
  const corpora = corporaOf(3, 20, 8)
  const games = await play(
    async (which) => {
      const records = recordsOf(corpora, 0)
      const text = which === 0 ? 'a' : 'a word and '.repeat(20)
      return await folderOf([...records, says(99, text)])
    },
    { learnedFrom: 6, asked: 7 },
  )
  for (const { chance } of games) assert.ok(chance < suspicious)
})

test('F6: each word is found in all that it is in, and in nothing else', async () => {
  const corpora = corporaOf(4, 80, 120)
  await folderOf(recordsOf(corpora, 0), async (search) => {
    for (const [number, word] of corpora.words[0].entries()) {
      const query = asked(`"${word}"`)
      const { positions } = await search.find({
        query,
        order: 'oldest',
        size: search.position,
        limit: 250,
        after: null,
        use: 'history',
      })
      const has = corpora.said.flatMap((numbers, n) => (numbers.includes(number) ? [n] : []))
      assert.deepEqual(positions, has, word)
    }
  })
})
