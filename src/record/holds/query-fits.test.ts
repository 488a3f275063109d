import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { openedAt } from '../../../test/fakes/record.ts'
import { type Changed, type Query, type State } from '../search/ports.ts'
import { leaf } from '../search/query.ts'
import { factsOf } from './facts.ts'
import { queryFits } from './query-fits.ts'

const files = JSON.stringify({ v: 1, files: [{ name: 'Q3 budget.pdf' }] })
const content = '{"body":"The offer of Rosenthal & Sons"}'
const facts = factsOf(openedAt(newRecord({ content, files, wire: '' }), 0))

const words = (...exact: readonly string[]): Query => ({
  kind: 'and',
  of: exact.map((one) => leaf({ kind: 'word', exact: one })),
})

const state = (its: State): Query => leaf({ kind: 'state', state: its })
const pattern = (source: string): Query => leaf({ kind: 'regex', source, ignoresCase: false })
const none = { edited: new Set<number>(), retracted: new Set<number>() }

test('a query finds a record by what it says and by the names of its files, and one that cannot be asked is not known to', () => {
  const queries = new Map<string, Query | null>([
    ['both', words('offer', 'rosenthal')],
    ['stem', words('offers')],
    ['pattern', pattern('Rosen.* & Sons$')],
    ['name', pattern('^Q3 budget\\.pdf$')],
    ['one', words('offer', 'schmidt')],
    ['not', { kind: 'not', of: words('offer') }],
    ['broken', null],
  ])
  const isFound = queryFits(queries, none)
  const found = [...queries.keys(), 'never asked'].map((text) => isFound(text, facts))
  assert.deepEqual(found, [true, true, true, true, false, false, null, null])
})

test('what became of a record counts as others say it, and that nothing became of it frees no record', () => {
  const offer = words('offer')
  const schmidt = words('schmidt')
  const queries = new Map<string, Query>([
    ['taken back', state('retracted')],
    ['edited', state('edited')],
    ['not taken back', { kind: 'not', of: state('retracted') }],
    ['offer, not edited', { kind: 'and', of: [offer, { kind: 'not', of: state('edited') }] }],
    ['schmidt, not edited', { kind: 'and', of: [schmidt, { kind: 'not', of: state('edited') }] }],
    ['offer or edited', { kind: 'or', of: [offer, state('edited')] }],
  ])
  const found = (changed: Changed | null): unknown[] =>
    [...queries.keys()].map((text) => queryFits(queries, changed)(text, facts))
  const retracted = { ...none, retracted: new Set([0]) }
  assert.deepEqual(found(retracted), [true, false, null, null, false, true])
  assert.deepEqual(found(none), [false, false, null, null, false, true])
  assert.deepEqual(found(null), [null, null, null, null, false, true])
})

test('a regular expression that would look at a record for seconds is not known to find it', () => {
  const long = factsOf(openedAt(newRecord({ content: `{"body":"${'a'.repeat(50_000)}"}` }), 0))
  const fits = queryFits(new Map([['long', pattern('(a{40}){40}b')]]), none)
  assert.equal(fits('long', long), null)
  assert.equal(fits('long', facts), false)
})
