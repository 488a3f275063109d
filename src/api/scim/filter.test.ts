// Filters and paths, as RFC 7644 sections 3.4.2.2 and 3.5.2 have them, and as somebody who means ill has them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OperatorError } from '../../base/errors.ts'
import { matches, parseFilter, parseTarget } from './filter.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const anna = {
  id: 'Ab',
  userName: 'anna@example.org',
  externalId: 'A-1',
  name: { familyName: 'O"Brien' },
  title: 'Clerk (senior)',
  emails: [
    { value: 'anna@example.org', type: 'work', primary: true },
    { value: 'home@example.net', type: 'home' },
  ],
  active: true,
  [enterprise]: { department: 'Desk 4', manager: { value: 'Cd' } },
}

const asked: readonly (readonly [string, boolean])[] = [
  ['userName eq "ANNA@example.org"', true],
  ['USERNAME Eq "anna@example.org"', true],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "anna"', true],
  ['externalId eq "a-1"', false],
  ['externalId eq "A-1"', true],
  ['id eq "ab"', false],
  ['name.familyName eq "o\\"brien"', true],
  ['name.familyName co "\\u0022"', true],
  ['title eq "Clerk (senior)"', true],
  ['(title eq "x" or (title co "senior" and active eq true))', true],
  ['active eq "False"', false],
  ['active eq "True"', true],
  ['active ne true', false],
  ['not (active eq true)', false],
  ['emails[type eq "work" and value ew ".net"]', false],
  ['emails[type eq "home" and value ew ".net"]', true],
  ['emails[type eq "home"].value eq "HOME@example.net"', true],
  ['emails.type eq "home"', true],
  ['emails co "example.net"', true],
  ['nickName pr', false],
  ['title pr and not (nickName pr)', true],
  ['nickName eq null', true],
  ['title eq null', false],
  ['nickName ne "x"', true],
  [`${enterprise}:department eq "desk 4"`, true],
  [`${enterprise}:manager.value eq "Cd"`, true],
  ['manager eq "cd"', false],
  [
    'title gt "A" and title lt "D" and title ge "clerk (senior)" and title le "clerk (senior)"',
    true,
  ],
  ['userName eq "x" and userName eq "y" or active eq true', true],
]

for (const [filter, isSo] of asked)
  test(`${filter} is ${isSo} of her`, () => {
    assert.equal(matches(parseFilter(filter), anna), isSo)
  })

test('what is no filter is refused with one code, and so is one that is too long or too deep', () => {
  for (const text of [
    '',
    ' ',
    'userName',
    'userName eq',
    'userName is "x"',
    'eq "x"',
    'userName eq "x" and',
    'userName eq "x" userName eq "y"',
    '(userName eq "x"',
    'userName eq "x")',
    'emails[type eq "x"',
    'emails[type eq "x"]]',
    'userName eq "x',
    'userName eq "\\x"',
    'userName eq (x)',
    'not userName eq "x"',
    '"userName" eq "x"',
    `userName eq "${'x'.repeat(5_000)}"`,
    `${'('.repeat(200)}active pr${')'.repeat(200)}`,
    Array.from({ length: 500 }, () => 'active pr').join(' and '),
  ])
    assert.throws(() => parseFilter(text), { code: 'scim.invalidFilter' }, text.slice(0, 40))
  for (const text of [
    'members[value eq "x"',
    'members[value eq "x"].',
    'a b',
    'a[b pr].c.d',
    '[x]',
  ])
    assert.throws(() => parseTarget(text), OperatorError, text)
})

test('a filter that is written to take long takes no longer than another one', () => {
  const began = performance.now()
  for (const text of [
    `userName eq "${'\\a'.repeat(2_000)}`,
    `userName eq "${'\\'.repeat(4_000)}`,
    'not ('.repeat(800),
    ' '.repeat(4_000),
  ])
    assert.throws(() => parseFilter(text), OperatorError)
  assert.ok(performance.now() - began < 500)
})

test('whatever is sent as a filter or a path is one, or is refused', () => {
  const words = fc.constantFrom(
    'eq',
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"',
    '\\',
    '.',
    'emails',
    'a',
    ':',
    ' ',
    'null',
    '1',
    'pr',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), fc.string({ unit: 'binary' }), (list, more) => {
      for (const text of [list.join(''), list.join(' '), `${list.join(' ')}${more}`])
        for (const parse of [parseFilter, parseTarget])
          try {
            const found = parse(text)
            if ('kind' in found) matches(found, anna)
          } catch (error) {
            assert.ok(error instanceof OperatorError)
          }
    }),
  )
})
