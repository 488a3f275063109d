import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { openedAt } from '../../../test/fakes/record.ts'
import { type Query } from '../search/ports.ts'
import { leaf } from '../search/query.ts'
import { factsOf } from './facts.ts'
import { queryFits } from './query-fits.ts'

const facts = factsOf(
  openedAt(newRecord({ content: '{"body":"The offer of Rosenthal & Sons"}', wire: '' }), 0),
)

const words = (...exact: readonly string[]): Query => ({
  kind: 'and',
  of: exact.map((one) => leaf({ kind: 'word', exact: one })),
})

test('a query finds a record by what it says, and one that cannot be asked is not known to', () => {
  const queries = new Map<string, Query | null>([
    ['both', words('offer', 'rosenthal')],
    ['stem', words('offers')],
    ['one', words('offer', 'schmidt')],
    ['not', { kind: 'not', of: words('offer') }],
    ['state', leaf({ kind: 'state', state: 'retracted' })],
    ['broken', null],
  ])
  const isFound = queryFits(queries)
  const found = [...queries.keys(), 'never asked'].map((text) => isFound(text, facts))
  assert.deepEqual(found, [true, true, false, false, null, null, null])
})
