import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SaxesParser } from 'saxes'
import { isMet, rows } from './compliance.ts'
import { doap } from './doap.ts'
import { features } from './features/index.ts'
import { elsewhere, leftOut } from './xeps-table.ts'
import { xepsPage } from './xeps-page.ts'

function document(path: string): string {
  return readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
}

const spoken = [...features, ...elsewhere]
const numbers = new Set(spoken.map(({ xep }) => xep))

test('docs/reference/xeps.md is current: node scripts/reference.mjs writes it', () => {
  assert.equal(document('reference/xeps.md'), xepsPage(features))
})

test('docs/onrecord.doap is current: node scripts/reference.mjs writes it', () => {
  assert.equal(document('onrecord.doap'), doap(features))
})

test('docs/onrecord.doap is XML, with a status that XEP-0453 knows for each XEP', () => {
  const parser = new SaxesParser({ xmlns: true })
  const texts: string[] = []
  let depth = ''
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name }) => {
    depth = name
  })
  parser.on('text', (text) => {
    if (depth === 'xmpp:status' && text.trim() !== '') texts.push(text)
  })
  parser.write(document('onrecord.doap')).close()
  assert.equal(texts.length, spoken.length + leftOut.length)
  assert.deepEqual([...new Set(texts)].toSorted(), ['complete', 'partial', 'wontfix'])
})

test('each XEP is said once, and none is both spoken and left out', () => {
  const all = [...spoken, ...leftOut].map(({ xep }) => xep)
  assert.deepEqual(
    all.toSorted((a, b) => a - b),
    [...new Set(all)].toSorted((a, b) => a - b),
  )
})

test('what is partial says what is missing', () => {
  const silent = spoken.filter(({ isPartial, notes = [] }) => isPartial && notes.length === 0)
  assert.deepEqual(
    silent.map(({ xep }) => xep),
    [],
  )
})

test('all that the compliance suites ask of an advanced server is met (XEP-0479)', () => {
  const missing = rows.filter((row) => !isMet(row, numbers)).map(({ feature }) => feature)
  assert.deepEqual(missing, [])
})
