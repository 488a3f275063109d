import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'

/** Each folder of src/ and the folders it may import: the table of STYLE.md, and docs/decisions/0001 for what was added. */
const mayImport: Readonly<Record<string, string>> = {
  base: '',
  xml: 'base',
  record: 'base',
  directory: 'base record',
  policy: 'base',
  intake: 'base xml record policy',
  history: 'base record directory policy',
  review: 'base record directory policy history',
  discovery: 'base record directory history',
  gateways: 'base directory policy intake',
  calls: 'base directory policy intake',
  xmpp: 'base xml directory policy intake history calls',
  api: 'base record directory policy intake history review discovery',
  storage: 'base record directory policy intake history review discovery xmpp gateways calls',
  server:
    'base xml record directory policy intake history review discovery gateways calls xmpp api storage',
  cli: 'base record api server',
}

const sources = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] })

test('every import follows the dependency table', () => {
  assert.ok(sources.length > 15, 'found the sources')
  const broken = sources.flatMap((file) => {
    const [, folder = ''] = file.split(posix.sep)
    const allowed = `${mayImport[folder] ?? ''} ${folder}`.split(' ')
    return importsOf(file)
      .filter((target) => !allowed.includes(target.split('/')[1] ?? ''))
      .map((target) => `${file} imports ${target}`)
  })
  assert.deepEqual(broken, [])
})

test('time and randomness come from base/ alone', () => {
  const broken = sources
    .filter((file) => !file.startsWith('src/base/'))
    .filter((file) =>
      /\bDate\.now\(|\bMath\.random\(|\brandomBytes\(/.test(readFileSync(file, 'utf8')),
    )
  assert.deepEqual(broken, [])
})

test('no file of the product is longer than 400 lines, and none is a barrel', () => {
  const broken = sources.filter((file) => {
    const text = readFileSync(file, 'utf8')
    return text.split('\n').length > 401 || /^export \* from/m.test(text)
  })
  assert.deepEqual(broken, [])
})

/** What browsers and other programs verify with. They bring their own base/crypto.ts. */
const portable = ['entry', 'parts', 'tree', 'proof', 'tiles', 'note', 'checkpoint'].map(
  (name) => `src/record/ledger/${name}.ts`,
)

test('what verification needs runs without Node, but for base/crypto.ts', () => {
  const seen = new Set(portable)
  for (const file of seen) {
    if (file === 'src/base/crypto.ts') continue
    const source = readFileSync(file, 'utf8')
    assert.doesNotMatch(source, /from 'node:|\bBuffer[.(]\w|\bprocess\./, file)
    for (const target of importsOf(file)) seen.add(target)
  }
  assert.ok(seen.has('src/base/crypto.ts'))
})

function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)
  return [...specifiers]
    .map(([, specifier = '']) => posix.join(posix.dirname(file), specifier))
    .filter((target) => target.startsWith('src/'))
}
