import { isKind } from '../record/kinds.ts'
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type WayOut, waysOut } from './ways-out.ts'

/** Modules and calls by which something leaves a process over a network. */
const leaving =
  /from '(?:node:(?:net|tls|http|https|http2|dgram)|ws|nodemailer|ldapts|openid-client|undici)'|\bfetch\(|new WebSocket\(/

/** What is imported for its types alone does nothing. */
const onlyTypes = /^import \{(?: type [^,}]+,?)+ \} from '[^']+'$/gm

/** These listen, check, or talk within the machine, and send nothing of their own. */
const inward: readonly string[] = [
  'src/cli/admin.ts',
  'src/cli/download.ts',
  'src/cli/follow.ts',
  'src/server/callers.ts',
  'src/server/connections.ts',
  'src/server/greeting.ts',
  'src/server/ldap-settings.ts',
  'src/server/public-urls.ts',
  'src/server/setting-kinds.ts',
  'src/server/tls.ts',
  'src/server/witness-server.ts',
  'src/files/open.ts',
]

test('code by which something can leave has a row in the table of ways out', () => {
  const rows = Object.values<WayOut>(waysOut).flatMap(({ code }) => code)
  const without = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] }).filter((file) => {
    const text = readFileSync(file, 'utf8').replaceAll(onlyTypes, '')
    const isKnown = inward.includes(file) || rows.some((place) => file.startsWith(place))
    return leaving.test(text) && !isKnown
  })
  assert.deepEqual(without, [])
})

test('each row names code that is there, and kinds of records that there are', () => {
  for (const [name, { code, entries }] of Object.entries<WayOut>(waysOut)) {
    for (const place of code) assert.ok(globSync(`${place}*`).length > 0, `${name}: ${place}`)
    for (const kind of entries) assert.ok(isKind(kind), `${name}: ${kind}`)
    assert.ok(entries.length > 0, name)
  }
})
