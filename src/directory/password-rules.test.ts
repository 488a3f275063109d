import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonWords } from './common-words.ts'
import { refuseWeak } from './password-rules.ts'

function saidOf(password: string, lengthMin = 8): string {
  try {
    refuseWeak(password, 'anna.koch@werft.example', { lengthMin })
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

test('what is among the first that are tried is refused, with digits and look-alikes too', () => {
  const tried = [
    'password',
    'Password1!',
    'P4ssw0rd2024',
    'passwordpassword',
    '12345678',
    '123456789012',
    'qwertz123456',
    'qwertyuiop',
    '1qaz2wsx3edc',
    'aaaaaaaaaaaa',
    'abababababab',
    'Sommer2026!',
    'iloveyou99',
    'letmein1234',
    'Dragon1987',
    'football!!!',
    '!!Welcome!!',
    '20112011',
    'asdfghjkl1',
  ]
  for (const password of tried) assert.match(saidOf(password), /among the first/, password)
})

test('the names of its owner and of the company are refused', () => {
  for (const password of ['annakoch', 'Anna.Koch1990', 'werft2026', 'AnnaWerft!', 'koch-werft-12'])
    assert.match(saidOf(password), /name of its owner or of the company/, password)
})

test('other passwords are taken', () => {
  const taken = [
    'teapot river nineteen owls',
    'a long enough password',
    'Kx7#qLp2',
    'tulpen im november',
    'anna went to sea in may',
    'мой дядя самых честных',
    '三十六計走為上計也',
    '7291 4478 1935 6602 8817',
  ]
  for (const password of taken) assert.equal(saidOf(password), 'taken', password)
})

test('length is in characters, and a length of 0 turns all rules off', () => {
  assert.match(saidOf('Kx7#qLp', 8), /has 8 characters at least/)
  assert.match(saidOf('😀😀😀😀😀', 8), /has 8 characters at least/)
  assert.equal(saidOf('password', 0), 'taken')
})

test('the list is of small letters, and has a thousand words and more', () => {
  assert.ok(commonWords.size > 1_000, `${commonWords.size}`)
  assert.deepEqual(
    [...commonWords].filter((word) => word !== word.toLowerCase()),
    [],
  )
})
