import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { OperatorError } from '../base/errors.ts'
import { configPage } from './config-page.ts'
import { type Config, findSettings, readConfig } from './config.ts'
import { settingNames, settings } from './settings.ts'

function refusal(env: NodeJS.ProcessEnv): string {
  try {
    readConfig({ env })
  } catch (error) {
    assert.ok(error instanceof OperatorError)
    return error.message
  }
  return 'accepted'
}

function withFile<T>(text: string, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-config-'))
  try {
    const file = join(folder, 'onrecord.toml')
    writeFileSync(file, text)
    return use(file, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the defaults are those that other programs rely on', () => {
  const config = readConfig({ env: {} })
  assert.equal(config.domain, 'localhost')
  assert.equal(config.bind, '127.0.0.1')
  assert.deepEqual([config.xmppPort, config.xmppsPort, config.httpPort], [5222, 5223, 8080])
  assert.equal(config.data, join(process.cwd(), 'data'))
  assert.equal(config.keyFile, join(process.cwd(), 'keys/vault.key'))
  assert.equal(config.headRegister, join(process.cwd(), 'keys/head'))
  assert.equal(config.allowPlaintext, false)
})

test('every default is a value that its own setting accepts', () => {
  for (const name of settingNames) {
    const { kind, or } = settings[name]
    if (or !== null) assert.ok(kind.accepts(or), name)
  }
})

test('docs/reference/config.md is current: node scripts/reference.mjs writes it', () => {
  const page = new URL('../../docs/reference/config.md', import.meta.url)
  assert.equal(readFileSync(page, 'utf8'), configPage())
})

test('a flag wins over the environment, that over the file, that over the default', () => {
  const text = "ONRECORD_DATA = '/file'\nONRECORD_DOMAIN = 'file.example'\nONRECORD_XMPP_PORT = 1"
  withFile(text, (file) => {
    const env = { ONRECORD_DATA: '/env', ONRECORD_DOMAIN: 'env.example' }
    const found = findSettings({ env, file, data: '/flag' })
    assert.deepEqual(found('ONRECORD_DATA'), { value: '/flag', from: 'flag' })
    assert.deepEqual(found('ONRECORD_DOMAIN'), { value: 'env.example', from: 'environment' })
    assert.deepEqual(found('ONRECORD_XMPP_PORT'), { value: '1', from: 'file' })
    assert.deepEqual(found('ONRECORD_HTTP_PORT'), { value: '8080', from: 'default' })
  })
})

test('a relative path in the file is relative to the file, and a list may be an array', () => {
  const text = "ONRECORD_KEY_FILE = 'k/v.key'\nONRECORD_PROXIES = ['10.0.0.7', '10.1.0.0/16']"
  withFile(text, (file, folder) => {
    const config = readConfig({ env: {}, file })
    assert.equal(config.keyFile, join(folder, 'k/v.key'))
    assert.equal(config.headRegister, join(folder, 'k/head'))
    assert.deepEqual(config.proxies, ['10.0.0.7', '10.1.0.0/16'])
  })
})

test('an unknown setting is refused with the name that was probably meant', () => {
  assert.equal(
    refusal({ ONRECORD_DOMAN: 'x' }),
    'The environment sets ONRECORD_DOMAN, which is no setting; it may be ONRECORD_DOMAIN.',
  )
  withFile('ONRECORD_HTTP_PROT = 1', (file) => {
    assert.throws(
      () => readConfig({ env: {}, file }),
      new RegExp(`${file} sets ONRECORD_HTTP_PROT.*ONRECORD_HTTP_PORT`),
    )
  })
  assert.match(refusal({ ONRECORD_QQQQQQQQQQ: 'x' }), /see onrecord config check/)
})

test('a file that is missing or no TOML is one sentence', () => {
  assert.throws(() => readConfig({ env: {}, file: '/nowhere.toml' }), OperatorError)
  withFile('\nONRECORD_DOMAIN = example.org\n', (file) => {
    assert.throws(() => readConfig({ env: {}, file }), {
      code: 'config.unreadable',
      message: /, line 2, cannot be read: Invalid TOML document: invalid value\.$/,
    })
  })
})

const bad: readonly (readonly [NodeJS.ProcessEnv, string])[] = [
  [{ ONRECORD_XMPP_PORT: 'abc' }, "ONRECORD_XMPP_PORT must be a port, 0 to 65535, not 'abc'."],
  [{ ONRECORD_XMPP_PORT: '70000' }, "ONRECORD_XMPP_PORT must be a port, 0 to 65535, not '70000'."],
  [{ ONRECORD_BIND: 'localhost' }, "ONRECORD_BIND must be an IP address, not 'localhost'."],
  [
    { ONRECORD_DOMAIN: 'Ex.org' },
    "ONRECORD_DOMAIN must be a domain name such as example.org, not 'Ex.org'.",
  ],
  [
    { ONRECORD_DOMAIN: 'a..b' },
    "ONRECORD_DOMAIN must be a domain name such as example.org, not 'a..b'.",
  ],
  [{ ONRECORD_PROFILE: 'small' }, "ONRECORD_PROFILE must be 'full' or 'web', not 'small'."],
  [{ ONRECORD_ALLOW_PLAINTEXT: 'yes' }, "ONRECORD_ALLOW_PLAINTEXT must be 'loopback', not 'yes'."],
  [
    { ONRECORD_STANZA_BYTES_MAX: '9999' },
    "ONRECORD_STANZA_BYTES_MAX must be a whole number, 10000 to 1048576, not '9999'.",
  ],
  [
    { ONRECORD_CORRECTION_WINDOW: '1d' },
    "ONRECORD_CORRECTION_WINDOW must be whole hours, 'never' or 'always', not '1d'.",
  ],
  [
    { ONRECORD_ADMIN_BIND: '9090' },
    "ONRECORD_ADMIN_BIND must be an IP address and a port, such as 127.0.0.1:9090, not '9090'.",
  ],
  [
    { ONRECORD_S2S_ALLOW: 'Example.org' },
    "ONRECORD_S2S_ALLOW must be domains such as example.org, *.example.org for those below it, or *, separated by commas, not 'Example.org'.",
  ],
  [
    { ONRECORD_S2S_PEOPLE: 'bank.example' },
    "ONRECORD_S2S_PEOPLE must be rules such as bank.example=anna@example.org role:officer, separated by commas, not 'bank.example'.",
  ],
  [
    { ONRECORD_S2S_PROOF: 'x.example=nothing' },
    "ONRECORD_S2S_PROOF must be rules such as old.example=dialback or x.example=sha256: and 64 hex digits, with commas, not 'x.example=nothing'.",
  ],
  [
    { ONRECORD_S2S_HOSTS: 'x.example=10.0.0.5' },
    "ONRECORD_S2S_HOSTS must be places such as example.org=10.0.0.5:5269 or x.example=tls:10.0.0.6:5270, with commas, not 'x.example=10.0.0.5'.",
  ],
  [
    { ONRECORD_PROXIES: '10.0.0.0/33' },
    "ONRECORD_PROXIES must be IP addresses or networks such as 10.0.0.7 and 10.1.0.0/16, separated by commas, not '10.0.0.0/33'.",
  ],
]
for (const [env, sentence] of bad) {
  test(`${JSON.stringify(env)} is refused with a sentence that says what it must be`, () => {
    assert.equal(refusal(env), sentence)
  })
}

const contradictions: readonly (readonly [NodeJS.ProcessEnv, RegExp])[] = [
  [{ ONRECORD_TLS_CERT: 'c.pem' }, /belong together/],
  [{ ONRECORD_TLS_KEY: 'k.pem' }, /belong together/],
  [
    { ONRECORD_ALLOW_PLAINTEXT: 'loopback', ONRECORD_BIND: '0.0.0.0' },
    /refused with ONRECORD_BIND=0\.0\.0\.0/,
  ],
  [{ ONRECORD_XMPP_PORT: '8080' }, /ONRECORD_XMPP_PORT and ONRECORD_HTTP_PORT are both 8080/],
  [{ ONRECORD_ADMIN_BIND: '127.0.0.1:8080' }, /are both 8080/],
  [{ ONRECORD_S2S_PORT: '5269' }, /ONRECORD_S2S_ALLOW is empty/],
  [{ ONRECORD_S2S_PORT: '5222', ONRECORD_S2S_ALLOW: '*' }, /are both 5222/],
  [{ ONRECORD_PROFILE: 'web', ONRECORD_HTTP_PORT: '0' }, /Every port is off/],
  [{ ONRECORD_COMPONENT_PORT: '5347' }, /belong together/],
  [{ ONRECORD_COMPONENT_GRANTS: 'irc.example roster=both' }, /names irc\.example, which/],
  [{ ONRECORD_COMPONENTS: 'irc.example=correct-horse' }, /belong together/],
  [
    { ONRECORD_COMPONENT_PORT: '5347', ONRECORD_COMPONENTS: 'localhost=correct-horse' },
    /names localhost, which is ONRECORD_DOMAIN/,
  ],
  [
    { ONRECORD_COMPONENT_PORT: '5347', ONRECORD_COMPONENTS: 'a.b=correct-horse,a.b=correct-horse' },
    /names a domain twice/,
  ],
  [
    { ONRECORD_TIMESTAMP_URL: 'https://stamps.example/tsr' },
    /ONRECORD_TIMESTAMP_CA belong together/,
  ],
]
test('a secret that is not one is not shown', () => {
  assert.doesNotMatch(refusal({ ONRECORD_COMPONENTS: 'irc.example=tooshort' }), /tooshort/)
})

for (const [env, sentence] of contradictions) {
  test(`${JSON.stringify(env)} is refused as a contradiction`, () => {
    assert.match(refusal(env), sentence)
  })
}

test('profile web turns the XMPP ports off, and port 0 any', () => {
  const web = readConfig({ env: { ONRECORD_PROFILE: 'web' } })
  assert.deepEqual([web.xmppPort, web.xmppsPort, web.httpPort], [null, null, 8080])
  assert.equal(readConfig({ env: { ONRECORD_XMPPS_PORT: '0' } }).xmppsPort, null)
})

test('what is set about other servers is read, and nothing is there unless something is', () => {
  assert.equal(readConfig({ env: {} }).s2s, null)
  assert.equal(readConfig({ env: { ONRECORD_S2S_ALLOW: '*', ONRECORD_PROFILE: 'web' } }).s2s, null)
  const digits = 'AB:'.repeat(31) + 'CD'
  const { s2s } = readConfig({
    env: {
      ONRECORD_S2S_PORT: '5269',
      ONRECORD_S2S_ALLOW: 'a.example, *.b.example',
      ONRECORD_S2S_PEOPLE: 'a.example=anna@localhost  role:officer',
      ONRECORD_S2S_PROOF: `a.example=dialback, x.b.example=sha256:${digits}`,
      ONRECORD_S2S_HOSTS: 'a.example=10.0.0.5:5269, x.b.example=tls:[fd00::1]:5270',
    },
  })
  assert.deepEqual(s2s?.policy, {
    allow: ['a.example', '*.b.example'],
    deny: [],
    people: [{ domain: 'a.example', who: ['anna@localhost', 'role:officer'] }],
    proof: [
      { domain: 'a.example', by: 'dialback' },
      { domain: 'x.b.example', by: { sha256: 'ab'.repeat(31) + 'cd' } },
    ],
  })
  assert.deepEqual(Object.fromEntries(s2s.hosts), {
    'a.example': { host: '10.0.0.5', port: 5269, directTls: false },
    'x.b.example': { host: 'fd00::1', port: 5270, directTls: true },
  })
})

test('windows are hours, never or always', () => {
  const windows = ['2', 'never', 'always'].map(
    (value) => readConfig({ env: { ONRECORD_RETRACTION_WINDOW: value } }).retractionWindowMs,
  )
  assert.deepEqual(windows, [7_200_000, 0, null])
})

test('an empty variable is as good as none', () => {
  assert.equal(readConfig({ env: { ONRECORD_DOMAIN: '' } }).domain, 'localhost')
})

test('whatever a variable holds, the answer is settings or one sentence', () => {
  const name = fc.constantFrom(...settingNames)
  fc.assert(
    fc.property(name, fc.string({ unit: 'binary', maxLength: 40 }), (setting, value) => {
      let config: Config | null = null
      const sentence = ((): string => {
        try {
          config = readConfig({ env: { [setting]: value } })
          return ''
        } catch (error) {
          assert.ok(error instanceof OperatorError)
          return error.message
        }
      })()
      assert.ok(config !== null || sentence.startsWith('ONRECORD_'))
    }),
    { numRuns: 300 },
  )
})
