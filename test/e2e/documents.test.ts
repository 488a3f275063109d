// The commands that documents show, run against a server in a temporary folder, in the order in which they stand there.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { Client } from '../client/client.ts'
import { bodyOf, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const password = 'a password for all'

/** Lines that are true elsewhere, and who runs them instead. A line that is none of these is run here. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^npm (start|test|run)\b/, 'test/setup.test.ts has the set-up; the server is started below'],
  [/^(useradd|install|systemctl|sudo) |^cd \/opt\//, 'changes the machine'],
  [/^bin\/onrecord serve --config /, 'the same by `config check`, on the file that is shown'],
  [
    /^onrecord (backup|restore|verify --data) \/|^onrecord record rebuild$/,
    'test/e2e/backup.test.ts',
  ],
  [/^onrecord retention (simulate --draft|why 4711)/, 'test/retention-commands.test.ts'],
  [/^onrecord role revoke 3f9c… /, 'src/cli/commands/role.test.ts, with an id'],
  [/^onrecord approval (approve|show) 5b1e… /, 'src/cli/commands/role.test.ts, with an id'],
  [/^onrecord alarm (seen|own|close) ID/, 'src/alarms/alarms.test.ts, with an id'],
  [/^onrecord key destroyed ID$/, 'test/e2e/keys.test.ts, with an id'],
  [/^onrecord key restore /, 'test/e2e/key-restore.test.ts'],
  [/^node_modules\/\.bin\/node bench\//, 'takes minutes, and other servers'],
]

/** Lines that another person has to agree to: they are asked for, and nothing is done yet. */
const waiting = /^onrecord role (?:grant|succeed) .* --as /

/** The fenced blocks of a language, in order. */
function blocksOf(file: string, language: string): string[] {
  const fenced = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...fenced].filter(([, name]) => name === language).map(([, , block = '']) => block)
}

/** Its lines that are to be run, one by one, with what each prints on standard output. */
function runAll(file: string, server: TestServer): string {
  const lines = blocksOf(file, 'sh')
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '' && !elsewhere.some(([known]) => known.test(line)))
  return lines.map((line) => runOne(line, server)).join('')
}

/** There is no terminal to type a password at. */
function runOne(line: string, server: TestServer): string {
  const asks = /onrecord user (add|passwd) /.test(line) && !line.includes('--password-stdin')
  const typed = asks ? `printf %s "$PASSWORD" | ${line} --password-stdin` : line
  // The documents have the ports that there are by custom.
  const script = typed.replaceAll('//127.0.0.1:8080', `//127.0.0.1:${server.ports.http}`)
  const run = spawnSync('/bin/sh', ['-e', '-c', script], {
    cwd: server.dir,
    encoding: 'utf8',
    env: {
      ...server.env,
      PATH: `${resolve('bin')}:/usr/bin:/bin`,
      PASSWORD: password,
      COPY: server.dir,
    },
  })
  const isAsked = waiting.test(line)
  assert.equal(run.status, isAsked ? 1 : 0, `${line}\n${run.stderr}`)
  if (isAsked) assert.match(run.stderr, /it takes 2 persons, and waits as [0-9a-f]{32} until/)
  return run.stdout
}

async function withServer(
  domain: string,
  use: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await testServer({ ONRECORD_DOMAIN: domain })
  try {
    mkdirSync(server.dir, { recursive: true })
    symlinkSync(resolve('bin'), join(server.dir, 'bin'))
    await server.start()
    await use(server)
  } finally {
    await server.remove()
  }
}

async function signIn(user: string, server: TestServer): Promise<Client> {
  const { xmpps: port } = server.ports
  const client = await Client.signIn({
    user,
    password,
    domain: 'localhost',
    port,
    over: 'direct-tls',
  })
  client.send(`<presence xmlns='jabber:client'/>`)
  return client
}

test('a newcomer who types what README says has two people that talk, and a record that verifies', async () => {
  await withServer('localhost', async (server) => {
    assert.match(server.said(), /bin\/onrecord user add anna@localhost --role administrator/)
    const said = runAll('README.md', server)
    assert.match(
      said,
      /^added anna@localhost\nadded ben@localhost\n\{"people":\[\{.*anna@localhost.*ben@localhost.*\}\],"next":null\}\d records? of localhost/,
    )
    const [anna, ben] = [await signIn('anna', server), await signIn('ben', server)]
    say(anna, 'ben@localhost', 'hello', 'm1')
    assert.equal(bodyOf(await nextMessage(ben)), 'hello')
    runOne('bin/onrecord verify --data data', server)
  })
})

test('what the pages for operators show can be typed as it stands there', async () => {
  await withServer('example.org', async (server) => {
    for (const file of globSync('docs/operate/*.md').toSorted()) runAll(file, server)
    assert.match(server.run(['user', 'list']).out, /^anna@example\.org\tadministrator/)
  })
})

test('the settings files that documents show are valid', async () => {
  const server = await testServer()
  try {
    const documents = ['README.md', 'docs/operate/install.md', 'docs/reference/config.md']
    const blocks = documents.flatMap((file) => blocksOf(file, 'toml'))
    assert.equal(blocks.length, 3)
    const file = join(server.dir, 'onrecord.toml')
    for (const block of blocks) {
      writeFileSync(file, block)
      const run = spawnSync(resolve('bin/onrecord'), ['config', 'check', '--config', file], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      })
      assert.equal(run.status, 0, run.stderr)
    }
  } finally {
    await server.remove()
  }
})
