import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'

/** Each folder of src/ and the folders it may import: docs/decisions/0001 says why. */
const mayImport: Readonly<Record<string, string>> = {
  base: '',
  xml: 'base',
  record: 'base',
  directory: 'base record',
  alarms: 'base record directory',
  audit: 'base record directory',
  policy: 'base',
  intake: 'base xml record policy',
  history: 'base record directory policy',
  files: 'base record directory history',
  review: 'base record directory policy history',
  discovery: 'base record directory history',
  gateways: 'base directory policy intake',
  calls: 'base directory policy intake',
  xmpp: 'base xml directory policy intake history files calls',
  api: 'base record directory alarms audit policy intake history files review discovery',
  storage:
    'base record directory alarms audit policy intake history files review discovery xmpp gateways calls',
  server:
    'base xml record directory alarms audit policy intake history files review discovery gateways calls xmpp api storage',
  cli: 'base record api server',
}

/** What adapters may know of other folders beside ports, errors and types: how things are written down. */
const formats = [
  'src/files/file-id.ts',
  'src/record/ids.ts',
  'src/record/disposal/events.ts',
  'src/record/mailbox/audit.ts',
  'src/record/kinds.ts',
  'src/record/mailbox/kinds.ts',
  'src/record/ledger/head.ts',
  'src/record/ledger/recover.ts',
  'src/record/keys/kek.ts',
  'src/record/keys/key-id.ts',
  'src/record/keys/openings.ts',
  'src/record/keys/recovery-kit.ts',
  'src/record/integrate/checkpoint-history.ts',
  'src/directory/details.ts',
  'src/directory/roles.ts',
]

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

test('an adapter knows ports and formats, and no rules', () => {
  // storage/embedded/ is no adapter of a store: it runs the integrator in a thread.
  const broken = sources
    .filter((file) => file.startsWith('src/storage/') && !file.startsWith('src/storage/embedded/'))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => !/^src\/(base|storage)\//.test(target))
        .filter((target) => !/\/(ports|errors|types)\.ts$/.test(target))
        .filter((target) => !formats.includes(target))
        .map((target) => `${file} imports ${target}`),
    )
  assert.deepEqual(broken, [])
})

test('each file of a feature names its specification', () => {
  const features = sources.filter((file) => file.startsWith('src/xmpp/features/'))
  assert.ok(features.length > 10, 'found the features')
  const named =
    /^\/\/ (XEP-\d{4}: [^,]+, version [\d.]+|RFC \d+ section [\d.]+: ).*\n\/\/ Source: https:\/\//
  const broken = features
    .filter((file) => !/\/(index|carried)\.ts$/.test(file))
    .filter((file) => !named.test(readFileSync(file, 'utf8')))
  assert.deepEqual(broken, [])
})

test('time and randomness come from base/ alone', () => {
  const broken = sources
    .filter((file) => !file.startsWith('src/base/'))
    .filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b|\bMath\.random\(|\brandomBytes\(/.test(
        readFileSync(file, 'utf8'),
      ),
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

test('documents link to what is there, and name files that are', () => {
  const documents = [...globSync('*.md'), ...globSync('docs/**/*.md'), ...globSync('bench/**/*.md')]
  assert.ok(documents.length > 10, 'found the documents')
  const broken = documents.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => posix.join(posix.dirname(file), target),
    )
    const paths = [...text.matchAll(/`((?:src|test|bench|scripts|docs|bin)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    return [...links, ...paths]
      .filter((path) => !existsSync(path))
      .map((path) => `${file} names ${path}`)
  })
  assert.deepEqual(broken, [])
})

test('README has at most 150 lines, and decisions are numbered without gaps', () => {
  assert.ok(readFileSync('README.md', 'utf8').split('\n').length <= 151)
  const numbers = globSync('docs/decisions/*.md')
    .map((file) => posix.basename(file).slice(0, 4))
    .toSorted()
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => String(i + 1).padStart(4, '0')),
  )
})

test('ARCHITECTURE names functions and files that there are', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8')
  const all = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
  const functions = [...text.matchAll(/`(?:\w+\.)?(\w+)\(\)`/g)].map(([, name = '']) => name)
  const files = [...text.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file = '']) => file)
  assert.ok(functions.length > 20 && files.length > 40, 'found the names')
  assert.deepEqual(
    functions.filter((name) => !new RegExp(`\\b${name}\\(`).test(all)),
    [],
  )
  const tests = globSync('test/**/*.ts')
  assert.deepEqual(
    files.filter((name) => ![...sources, ...tests].some((file) => `/${file}`.endsWith(`/${name}`))),
    [],
  )
})

test('whoever makes an act leaves its archives to serverRecord(), which knows that of all acts', () => {
  const makers = sources.filter((file) => /\bserverRecord\(/.test(readFileSync(file, 'utf8')))
  assert.ok(makers.length > 8, 'found who makes acts')
  // What people upload, and marks of deliveries, are no acts.
  const others = ['src/files/acts.ts', 'src/intake/marks.ts', 'src/record/server-record.ts']
  const broken = makers
    .filter((file) => !others.includes(file))
    .filter((file) => /\bviews:|\.\.\.serverRecord\(/.test(readFileSync(file, 'utf8')))
  assert.deepEqual(broken, [])
})

test('each decision has its context, what was decided, what follows, and when to think again', () => {
  const headings = ['Context', 'Decision', 'Consequences', 'What would make us reopen it']
  const broken = globSync('docs/decisions/*.md').flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return headings
      .filter((heading) => !text.includes(`\n## ${heading}\n`))
      .map((heading) => `${file} has no '${heading}'`)
  })
  assert.deepEqual(broken, [])
})

test('the verifier can be read in one sitting, and imports nothing but its own files and Node', () => {
  const files = globSync('verifier/*.mjs')
  assert.ok(files.length > 10, 'found the verifier')
  // All of them: comments and blank lines are read too.
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'))
  assert.ok(lines.length < 1_500, `${lines.length} lines`)
  const wide = lines.filter((line) => line.length > 160)
  assert.deepEqual(wide, [])
  for (const file of [...files, ...globSync('verifier/page/*.mjs')])
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g))
      assert.match(from, /^(?:\.\.?\/[\w-]+\.mjs|node:(?:crypto|fs|path|util))$/, file)
})

test('each claim names a test that there is, and none says what we never say', () => {
  const text = readFileSync('docs/claims.md', 'utf8')
  const [head = '', ...sections] = text.split('\n## ')
  assert.match(head, /\*\*With each of them it is said:\*\*\n(?:\n- .+){3}/)
  const claims = sections
    .join('\n')
    .split(/^- (?=\*\*)/m)
    .slice(1)
  assert.ok(claims.length > 8, 'found the claims')
  const broken = claims.flatMap((claim) => {
    const [sentence = ''] = claim.split('\n')
    const shown = testsNamedIn(claim)
    const isForm = /^\*\*[^*]+\.\*\* Limit: .+\.$/.test(sentence) && shown.length > 0
    return [...(isForm ? [] : [sentence]), ...missingOf(shown)]
  })
  assert.deepEqual(broken, [])
  const never = /\b(?:immutable|tamper-?proof|zero-knowledge|certified|blockchain|guaranteed)\b/i
  assert.doesNotMatch(claims.join('\n'), never)
})

test('each cell of the table of attackers names a test that there is, or says that it is not there yet', () => {
  const text = readFileSync('docs/reference/attackers.md', 'utf8')
  const sections = text.split('\n## ').slice(1)
  assert.ok(sections.length > 10, 'found the attackers')
  const broken = sections.flatMap((section) => {
    const [who = '', ...rest] = section.split('\n')
    const cells = rest
      .join('\n')
      .split(/^- (?=\*\*)/m)
      .slice(1)
    const isSaid = cells.some((cell) => cell.startsWith('**Can:**'))
    const unshown = cells
      .filter((cell) => cell.startsWith('**Cannot') && !cell.includes('not there yet'))
      .filter((cell) => testsNamedIn(cell).length === 0)
    return [
      ...(isSaid ? [] : [`${who}: what he can`]),
      ...unshown,
      ...missingOf(testsNamedIn(section)),
    ]
  })
  assert.deepEqual(broken, [])
})

test('archives that are nobody’s have ids of their own', () => {
  const made = /personId\(`?(?:\$\{)?'0'\.repeat\((\d+)\)(?:\}| \+ ')([0-9a-f]+)/g
  const all = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
  const ids = [...all.matchAll(made)].map(([, zeros, end = '']) => '0'.repeat(Number(zeros)) + end)
  assert.ok(ids.length > 5, 'found the ids')
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at || id.length !== 32),
    [],
  )
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

type NamedTest = { readonly line: string; readonly file: string; readonly name: string }

/** The lines of a document that name a file and a test in it. */
function testsNamedIn(text: string): readonly NamedTest[] {
  return [...text.matchAll(/^ {2}- `((?:src|test)\/[\w./-]+)`: (.+)$/gm)].map(
    ([line, file = '', name = '']) => ({ line, file, name }),
  )
}

function missingOf(shown: readonly NamedTest[]): readonly string[] {
  return shown
    .filter(({ file, name }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(name))
    .map(({ line }) => line)
}

function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)
  return [...specifiers]
    .map(([, specifier = '']) => posix.join(posix.dirname(file), specifier))
    .filter((target) => target.startsWith('src/'))
}
