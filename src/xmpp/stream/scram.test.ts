import assert from 'node:assert/strict'
import { test } from 'node:test'

import { scramKeys } from '../../../test/fakes/directory.ts'
import { ScramClient } from '../../../test/client/scram.ts'
import { person } from '../../../test/fakes/new-record.ts'
import { type Person, type ScramHash } from '../../directory/ports.ts'
import { type ChannelBinding } from './channel.ts'
import { type SaslStep } from './mechanism.ts'
import { Scram } from './scram.ts'

const user: Person = { id: person(1), address: 'user@localhost', role: 'member', enabled: true }
const binding: ChannelBinding = {
  types: ['tls-exporter'],
  data: (type) => (type === 'tls-exporter' ? Buffer.from('this connection') : null),
}

type Setting = {
  readonly hash?: ScramHash
  readonly plus?: boolean
  readonly binding?: ChannelBinding | null
  readonly known?: Person | null
  readonly salt?: Buffer
  readonly nonce?: string
  readonly asked?: string[]
}

function server(setting: Setting = {}): Scram {
  const { hash = 'sha-256', plus = false, known = user, salt } = setting
  const keys = scramKeys('pencil', hash, salt, 4096)
  return new Scram({
    directory: {
      scramKeys(address) {
        setting.asked?.push(address)
        return { ...keys, candidates: [{ ...keys, opens: known && { person: known, key: null } }] }
      },
    },
    newNonce: () => setting.nonce ?? 'of-the-server',
    domain: 'localhost',
    hash,
    plus,
    binding: setting.binding ?? null,
    admit: () => true,
  })
}

const step = (scram: Scram, text: string): SaslStep => scram.step(Buffer.from(text))

function textOf(answer: SaslStep): string {
  if (answer.kind === 'failure') return answer.condition
  return answer.data?.toString() ?? ''
}

/** @returns what the server said last */
function run(
  scram: Scram,
  how: { readonly flag?: string; readonly bound?: Buffer; readonly password?: string } = {},
): string {
  const { password = 'pencil', ...bind } = how
  const client = new ScramClient({ mechanism: 'SCRAM-SHA-256', user: 'user', password, ...bind })
  const challenge = textOf(step(scram, client.first()))
  if (!challenge.startsWith('r=')) return challenge
  const outcome = textOf(step(scram, client.final(challenge)))
  return client.isServer(outcome) ? 'success' : outcome
}

test('the exchange of RFC 5802 §5', () => {
  const salt = Buffer.from('QSXCR+Q6sek8bf92', 'base64')
  const scram = server({ hash: 'sha-1', salt, nonce: '3rfcNHYJY1ZVvWVs7j' })
  const first = textOf(step(scram, 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL'))
  const whole = 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j'
  assert.equal(first, `r=${whole},s=QSXCR+Q6sek8bf92,i=4096`)
  const last = step(scram, `c=biws,r=${whole},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=`)
  assert.equal(textOf(last), 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')
})

test('the exchange of RFC 7677 §3', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const scram = server({ salt, nonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0' })
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const first = textOf(step(scram, 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO'))
  assert.equal(first, `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
  const last = step(scram, `c=biws,r=${nonce},p=${proof}`)
  assert.equal(textOf(last), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('a wrong password is refused, and so is nobody with the right keys', () => {
  assert.equal(run(server(), { password: 'pen' }), 'not-authorized')
  assert.equal(run(server({ known: null })), 'not-authorized')
})

test('channel binding holds on the connection it was made for', () => {
  const right = { flag: 'p=tls-exporter', bound: Buffer.from('this connection') }
  assert.equal(run(server({ plus: true, binding }), right), 'success')
  const wrong = { flag: 'p=tls-exporter', bound: Buffer.from('another connection') }
  assert.equal(run(server({ plus: true, binding }), wrong), 'not-authorized')
})

test('a client that would bind and was not offered it is told apart from a downgrade', () => {
  assert.equal(run(server({ binding: null }), { flag: 'y' }), 'success')
  assert.equal(run(server({ binding }), { flag: 'y' }), 'not-authorized')
  assert.equal(run(server({ binding }), { flag: 'n' }), 'success')
})

test('flag and mechanism have to agree', () => {
  const bound = Buffer.from('this connection')
  assert.equal(run(server({ plus: true, binding }), { flag: 'n' }), 'malformed-request')
  assert.equal(run(server({ binding }), { flag: 'p=tls-exporter', bound }), 'malformed-request')
  const unique = { flag: 'p=tls-unique', bound }
  assert.equal(run(server({ plus: true, binding }), unique), 'malformed-request')
})

test('the gs2 header is part of what is proved: a changed flag does not pass', () => {
  const client = new ScramClient({
    mechanism: 'SCRAM-SHA-256',
    user: 'user',
    password: 'pencil',
    flag: 'y',
  })
  const scram = server()
  const challenge = textOf(step(scram, client.first().replace(/^y/, 'n')))
  assert.equal(textOf(step(scram, client.final(challenge))), 'not-authorized')
})

test('another nonce than ours does not pass', () => {
  const client = new ScramClient({ mechanism: 'SCRAM-SHA-256', user: 'user', password: 'pencil' })
  const scram = server()
  const challenge = textOf(step(scram, client.first()))
  const replayed = challenge.replace(/^r=[^,]+/, 'r=another')
  assert.equal(textOf(step(scram, client.final(replayed))), 'not-authorized')
})

for (const malformed of [
  '',
  'n,,n=user',
  'n,,r=nonce,n=user',
  'n,,n=,r=nonce',
  'n,,n=user,r=',
  'x,,n=user,r=nonce',
  'n,n=user,r=nonce',
  'n,,m=extension,n=user,r=nonce',
  'n,,n=us=er,r=nonce',
  'n,,n=user,r=with space',
]) {
  test(`client-first "${malformed}" is malformed`, () => {
    assert.equal(textOf(step(server(), malformed)), 'malformed-request')
  })
}

for (const malformed of ['', 'c=biws', 'c=biws,r=x', 'r=x,c=biws,p=AAAA', 'c=biws,r=x,p=AAAA']) {
  test(`client-final "${malformed}" is malformed`, () => {
    const scram = server()
    step(scram, 'n,,n=user,r=nonce')
    assert.equal(textOf(step(scram, malformed)), 'malformed-request')
  })
}

test('a message that is not UTF-8 has an incorrect encoding', () => {
  assert.equal(textOf(server().step(Buffer.from([0xff]))), 'incorrect-encoding')
})

test('"," and "=" in names are escaped, and names are normalized', () => {
  const asked: string[] = []
  step(server({ asked }), 'n,,n=Us=2Ce=3Dr,r=nonce')
  step(server({ asked }), 'n,,n=no body,r=nonce')
  assert.deepEqual(asked, ['us,e=r@localhost', 'no body@localhost'])
})

test('an authorization id has to be the account itself', () => {
  const own = step(server(), 'n,a=user@localhost,n=user,r=nonce')
  assert.match(textOf(own), /^r=nonce/)
  const other = step(server(), 'n,a=bo@localhost,n=user,r=nonce')
  assert.equal(textOf(other), 'invalid-authzid')
})
