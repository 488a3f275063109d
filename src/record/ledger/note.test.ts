import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { verifyMessage } from '../../base/crypto.ts'
import { parseNote, parseVerifierKey, signatureLine, type Note } from './note.ts'

// The example of https://c2sp.org/signed-note.
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const example = `This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`

function parsed(text: string): Note {
  const note = parseNote(utf8(text))
  assert.ok(typeof note !== 'string')
  return note
}

test('the example of the specification verifies under its key', () => {
  const key = parseVerifierKey(vkey)
  assert.ok(typeof key !== 'string')
  const { text, signatures } = parsed(example)
  assert.equal(text, 'This is an example message.\n')
  const [line] = signatures
  assert.ok(line)
  assert.deepEqual([line.name, line.keyId], [key.name, key.keyId])
  assert.ok(verifyMessage(key.key, utf8(text), line.signature))
  assert.ok(!verifyMessage(key.key, utf8(text.replace('an', 'no')), line.signature))
})

test('the text goes to the last empty line, and lines are written as they were read', () => {
  const { text, signatures } = parsed(example.replace('message.\n', 'message.\n\nMore.\n'))
  assert.equal(text, 'This is an example message.\n\nMore.\n')
  assert.ok(example.endsWith(signatures.map(signatureLine).join('')))
})

test('what is not exactly a note is refused', () => {
  const broken = [
    '',
    'text\n',
    example.slice(0, -1),
    `${example}\n`,
    example.replace('message', 'mess\tage'),
    example.replace('message', 'mess\u0000age'),
    example.replace('\u2014 ', '- '),
    example.replace('/foo ', '/foo  '),
    example.replace('com/foo', 'com+foo'),
    example.replace('com/foo', 'com\u00a0foo'),
    example.replace('aQM=', 'aQM'),
    example.replace('aQM=', 'aQN='),
    `text\n\n\u2014 name AAAAAA==\n`,
    example + '\u2014 a AAAAAAAA\n'.repeat(70),
  ]
  for (const text of broken) assert.equal(typeof parseNote(utf8(text)), 'string', text)
  assert.equal(typeof parseNote(new Uint8Array([...utf8('a\xff'), 0xff, 10])), 'string')
})

test('a verifier key whose id, type or length does not fit is refused', () => {
  for (const text of [
    vkey.replace('530d903a', '530d903b'),
    vkey.replace('example', 'exbmple'),
    vkey.replace('+Ae', '+Be'),
    vkey.replace('3U2k', '3U0='),
    vkey.replace('example.com', 'example com'),
    vkey.slice(0, 30),
    '',
  ]) {
    assert.equal(typeof parseVerifierKey(text), 'string', text)
  }
})
