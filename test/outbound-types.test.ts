import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** What each attempt has at hand: a way to deliver, a message that is on record, and bytes that are not. */
const prelude = `
import { Recorded, Transient, type Outbound } from '${resolve('src/intake/outbound.ts')}'
import { Opened } from '${resolve('src/record/bodies/opened.ts')}'
declare function send(out: Outbound): void
declare const recorded: Recorded
declare const opened: Opened
declare const wire: string
`

/** Ways to have something delivered that is not on record. None may compile. */
const attempts: Readonly<Record<string, string>> = {
  'a string': `send(wire)`,
  'a plain object with the same members': `
    send({ wire, position: 1, stanzaId: 's', at: 0, about: recorded.about, leafHash: '',
      addressed: () => recorded, stamped: () => recorded, envelope: () => recorded })`,
  'a plain object like a transient': `
    send({ wire, deferKey: null, addressed: () => Transient.prototype })`,
  'a recorded message, spread, with other bytes': `send({ ...recorded, wire })`,
  'a transient stanza, spread': `send({ ...Transient.prototype, wire, deferKey: null })`,
  construction: `send(new Recorded(wire, { position: 1, stanzaId: 's', at: 0, leafHash: '' }, recorded.about))`,
  'construction of a transient': `send(new Transient(wire, null))`,
  'a class of its own with the same private name': `
    class Forged {
      readonly #wire: string = wire
      readonly position = 1
      readonly stanzaId = 's'
      readonly at = 0
      readonly about = recorded.about
      readonly leafHash = ''
      addressed(): Recorded { return recorded }
      get wire(): string { return this.#wire }
      stamped(): Recorded { return recorded }
      envelope(): Recorded { return recorded }
    }
    send(new Forged())`,
  'a subclass': `
    class Forged extends Recorded {
      override get wire(): string { return 'other' }
    }
    send(new Forged())`,
  'a subclass of transient': `class Forged extends Transient {}; send(new Forged(wire, null))`,
  'new bytes for a recorded message': `recorded.wire = wire; send(recorded)`,
  'the private field': `recorded['#wire'] = wire; send(recorded)`,
  'the private field itself': `recorded.#wire = wire; send(recorded)`,
  'a carbon of a string': `send(Recorded.prototype.envelope.call(wire, () => wire))`,
  'a carbon of a look-alike': `send(Recorded.prototype.envelope.call({ wire }, () => wire))`,
  'a carbon whose wrapper gives no text': `send(recorded.envelope(() => null))`,
  'what may be transient, unasked': `send(Transient.of(wire, 'relayed'))`,
  'what the table refused': `
    declare const stanza: Parameters<typeof Transient.of>[0]
    send(Transient.of(stanza, 'relayed'))`,
  'an origin of its own': `
    declare const stanza: Parameters<typeof Transient.of>[0]
    const out = Transient.of(stanza, 'trusted')
    if (out) send(out)`,
  'a promise that it will be recorded': `
    declare const record: Parameters<typeof Recorded.accept>[0]
    declare const entry: Parameters<typeof Recorded.accept>[1]
    send(Recorded.accept(record, entry))`,
  'an answer of a string': `send(Recorded.gathered([wire], ([payload]) => String(payload)))`,
  'an answer of a look-alike': `send(Recorded.gathered([{ ...recorded }], ([payload]) => String(payload)))`,
  'an archive result of a look-alike': `
    const { position, leafHash, envelope, content } = opened
    send(Recorded.again({ position, leafHash, envelope, content, wire, checked: true }))`,
  'an archive result of a spread': `send(Recorded.again({ ...opened, wire }))`,
  'an opened record, constructed': `
    const { position, leafHash, envelope, content } = opened
    send(Recorded.again(new Opened({ position, leafHash, envelope, content, wire })))`,
}

/** The honest ways, which show that the attempts fail for the right reason. */
const honest = `
declare const stanza: Parameters<typeof Transient.of>[0]
declare const record: Parameters<typeof Recorded.accept>[0]
declare const entry: Parameters<typeof Recorded.accept>[1]
send(recorded)
send(recorded.stamped({ by: 'a@x' }).envelope((bytes) => bytes))
send(Recorded.again(opened))
send(Recorded.gathered([recorded], ([payload]) => \`<item>\${payload}</item>\`))
send(await Recorded.accept(record, entry))
const out = Transient.of(stanza, 'server')
if (out) send(out)
export {}
`

test('nothing can be delivered that is neither recorded nor transient by the table: it does not compile', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-types-'))
  t.after(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'src'))
  const names = Object.keys(attempts)
  for (const [index, name] of names.entries())
    writeFileSync(join(dir, 'src', `${index}.ts`), `${prelude}${attempts[name] ?? ''}\nexport {}\n`)
  writeFileSync(join(dir, 'src', 'honest.ts'), prelude + honest)
  writeFileSync(join(dir, 'package.json'), `{ "type": "module" }`)
  const compilerOptions = { typeRoots: [resolve('node_modules/@types')], noUnusedLocals: false }
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['src'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config))

  const output = await compile(dir)
  const failed = new Set([...output.matchAll(/src\/(\w+)\.ts\(/g)].map(([, file]) => file))

  assert.ok(!failed.has('honest'), output)
  const compiled = names.filter((_, index) => !failed.has(String(index)))
  assert.deepEqual(compiled, [])
})

test('each maker of what can be delivered is called where it belongs, and nowhere else', () => {
  const makers: readonly (readonly [RegExp, string])[] = [
    [/\bRecorded\.accept\(/, 'src/intake/'],
    [/\bOpened\.afterCheck\(/, 'src/record/bodies/'],
  ]
  for (const [maker, home] of makers)
    assert.deepEqual(
      callers(maker).filter((file) => !file.startsWith(home)),
      [],
    )
})

test('no code of the product casts to what can be delivered', () => {
  assert.deepEqual(callers(/\bas (unknown as )?(Recorded|Transient|Outbound|Opened)\b/), [])
})

function callers(pattern: RegExp): string[] {
  return globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] })
    .filter((file) => pattern.test(readFileSync(file, 'utf8')))
    .toSorted()
}

/** What the compiler says; it exits with 1 or 2 as there are errors. */
async function compile(dir: string): Promise<string> {
  const run = promisify(execFile)(resolve('node_modules/.bin/tsc'), [
    '-p',
    dir,
    '--pretty',
    'false',
  ])
  const { stdout } = await run.catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) }
    throw error
  })
  return stdout
}
