// The long game of test/blind.test.ts: more folders, and another pair of corpora each time, whose seed is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corporaOf, recordsOf, says } from '../support/blind-corpora.ts'
import { folderOf } from '../support/blind-game.ts'
import { play, suspicious } from '../support/blind-play.ts'

const rounds = { learnedFrom: 50, asked: 100 }

for (const sent of ['nothing', 'a word'] as const)
  test(`F6: of 300 folders nobody can tell which of two words was said, having sent ${sent}`, async (t) => {
    const seed = Date.now() % 1_000_000_000
    const corpora = corporaOf(seed, 200, 100)
    const more = sent === 'nothing' ? [] : [says(999, corpora.words[0][0] ?? '')]
    const games = await play(
      async (which) => await folderOf([...recordsOf(corpora, which), ...more]),
      rounds,
    )
    t.diagnostic(`seed ${seed}: ${JSON.stringify(games)}`)
    for (const { chance, tells } of games) assert.ok(chance > suspicious, tells.join('; '))
  })
