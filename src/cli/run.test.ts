import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { run } from './run.ts'

async function typed(
  line: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] }
  const status = await run(line === '' ? [] : line.split(' '), {
    env,
    input: Readable.from([]),
    out: (text) => lines.out.push(text),
    err: (text) => lines.err.push(text),
  })
  return { status, out: lines.out.join('\n'), err: lines.err.join('\n') }
}

test('wrong usage is exit 2, with the usage on standard error', async () => {
  for (const line of ['', 'wat', 'user', 'config', 'version more', 'version --wat', 'user add']) {
    const { status, out, err } = await typed(line)
    assert.equal(status, 2, line)
    assert.equal(out, '', line)
    assert.match(err, /onrecord/, line)
  }
})

test('an export says what, and a search what for, or they are wrong usage and nothing is put on record', async () => {
  const who = '--as olga@localhost'
  for (const [line, why] of [
    [
      `export bundle x.zip ${who} --purpose audit`,
      /^onrecord: nothing says what is exported: name/,
    ],
    [`export bundle x.zip ${who} --purpose audit --mask wire`, /say --all for everything on rec/],
    [`export bundle x.zip ${who} --purpose audit --all --from 2026`, /^onrecord: --all is everyth/],
    [`search word ${who}`, /^onrecord: --purpose is missing: say what for, as it goes on record\n/],
    ['search word --purpose audit', /^onrecord: --as is missing: say which officer searches\n/],
    [`search word ${who} --purpose audit --limit ten`, /^onrecord: --limit is a number, and not/],
  ] as const) {
    // A folder that is none: what got so far would fail there.
    const { status, out, err } = await typed(`${line} --data /dev/null`)
    assert.deepEqual([status, out], [2, ''], err)
    assert.match(err, why)
  }
})

test('--help is the usage on standard output and exit 0', async () => {
  assert.match((await typed('--help')).out, /onrecord config check/)
  const { status, out } = await typed('user add --help')
  assert.equal(status, 0)
  assert.match(out, /^onrecord user add ADDRESS/)
})

test('what is no command gets one sentence, and not the list of all', async () => {
  assert.deepEqual(await typed('frobnicate'), {
    status: 2,
    out: '',
    err: "onrecord: there is no command 'frobnicate': see onrecord --help",
  })
  assert.match((await typed('')).err, /^onrecord: a command is missing\n\n[^]*onrecord serve/)
})

test('the name of a group of commands lists these alone', async () => {
  const { status, err } = await typed('user frob')
  assert.equal(status, 2)
  assert.match(err, /^onrecord: there is no command 'user frob'\n\nonrecord user add/)
  assert.doesNotMatch(err, /onrecord serve/)
  const help = await typed('invite --help')
  assert.equal(help.status, 0)
  assert.match(help.out, /^onrecord invite create .*\nonrecord invite list/)
})

test('config check explains each setting, and tells where its value is from', async () => {
  const { status, out } = await typed('config check --data /tmp/x', {
    ONRECORD_DOMAIN: 'a.example',
  })
  assert.equal(status, 0)
  assert.match(out, /^ONRECORD_DATA = \/tmp\/x {4}\[flag\]\n {4}Folder of the record/)
  assert.match(out, /^ONRECORD_DOMAIN = a\.example {4}\[environment\]$/m)
})

test('config check --json is one object', async () => {
  const { settings } = JSON.parse((await typed('config check --json')).out)
  assert.deepEqual(settings[1].name, 'ONRECORD_KEY_FILE')
  assert.deepEqual(settings[1].from, 'default')
})

test('where there is no record a command says where to look, and makes none', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-cli-'))
  const [data, key] = [join(dir, 'data'), join(dir, 'keys/vault.key')]
  const env = { ONRECORD_DATA: data, ONRECORD_KEY_FILE: key, ONRECORD_DOMAIN: 'a.example' }
  const refused = async (line: string): Promise<string> => {
    const { status, err } = await typed(line, env)
    assert.equal(status, 1, line)
    return err
  }
  try {
    for (const line of ['user list', 'user enable ann@a.example', 'invite create', 'clock confirm'])
      assert.match(
        await refused(line),
        /^onrecord: There is no record in .*data: say where .*\.$/,
        line,
      )

    // The first person of a fresh installation: what is wrong is said before a password is asked for.
    assert.match(
      await refused('user add ann@b.example'),
      /^onrecord: ann@b\.example is at another domain/,
    )
    assert.match(await refused('user add ann'), /"ann" is no address of a person/)
    assert.match(
      await refused('user add ann@a.example --role king'),
      /role is none that there is: give one of member/,
    )
    assert.match(await refused('user add ann@a.example'), /no terminal to ask for the password/)
    // With a key it is no fresh one.
    mkdirSync(join(dir, 'keys'))
    writeFileSync(key, '')
    assert.match(await refused('user add ann@a.example'), /There is no record in/)
    assert.equal(existsSync(data), false)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('a refusal is one sentence on standard error and exit 1, or an object with --json', async () => {
  const env = { ONRECORD_BIND: 'here' }
  const plain = await typed('config check', env)
  assert.equal(plain.status, 1)
  assert.equal(plain.err, "onrecord: ONRECORD_BIND must be an IP address, not 'here'.")
  const json = await typed('config check --json', env)
  assert.equal(json.status, 1)
  assert.deepEqual(JSON.parse(json.out).error, 'config.bad-value')
})
