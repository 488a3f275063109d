import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { features } from './features/index.ts'
import { xepsPage } from './xeps-page.ts'

test('docs/reference/xeps.md is current: node scripts/reference.mjs writes it', () => {
  const page = new URL('../../docs/reference/xeps.md', import.meta.url)
  assert.equal(readFileSync(page, 'utf8'), xepsPage(features))
})
