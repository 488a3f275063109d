import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCosigner, testLog } from '../../../test/support/test-log.ts'
import { parsePolicy, type WitnessPolicy } from './policy.ts'

const [logKey = ''] = testLog().verifierKeys
const keys = Array.from({ length: 6 }, (_, i) => testCosigner(`w${i}.example`).verifierKey)
const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = ''] = keys

function policy(text: string): WitnessPolicy {
  const parsed = parsePolicy(text)
  assert.ok(typeof parsed !== 'string')
  return parsed
}

test('the example of the specification: two of one group and one of the other', () => {
  const { logs, witnesses, isMetBy } = policy(`
# who watches
log ${logKey} https://log.example/x
witness X1 ${k0} https://x1.example/w/
\twitness X2 ${k1}
witness X3 ${k2}
group X-witnesses 2 X1 X2 X3

witness Y1 ${k3}
witness Y2 ${k4}
witness Y3 ${k5}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`)
  assert.equal(logs.length, 1)
  assert.deepEqual(
    [witnesses.length, witnesses[0]?.url, witnesses[1]?.url],
    [6, 'https://x1.example/w', null],
  )
  const isMet = (...names: string[]): boolean => isMetBy(new Set(names))
  assert.ok(isMet('X1', 'X3', 'Y2'))
  assert.ok(!isMet('X1', 'X3'))
  assert.ok(!isMet('X1', 'Y1', 'Y2', 'Y3'))
  assert.ok(!isMet('X-witnesses', 'Y-witnesses', 'X-and-Y'))
})

test('a quorum is one witness, or none', () => {
  assert.ok(policy('quorum none').isMetBy(new Set()))
  const { isMetBy } = policy(`witness a ${k0}\nquorum a`)
  assert.ok(isMetBy(new Set(['a'])) && !isMetBy(new Set(['b'])))
})

test('what is no policy is told by its line', () => {
  const one = `witness a ${k0}\nwitness b ${k1}\n`
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /no quorum line/],
    [`${one}quorum a\nquorum b`, /line 4: .*second quorum/],
    [`${one}quorum c`, /line 3: 'c' is not named above/],
    [`quorum a\n${one}`, /line 1/],
    [`${one}group g 3 a b\nquorum g`, /line 3: '3' of 2/],
    [`${one}group g 0 a b\nquorum g`, /line 3/],
    [`${one}group g any\nquorum g`, /line 3/],
    [`${one}group g all a a\nquorum g`, /a member twice/],
    [`${one}group g any a\ngroup h any a b\nquorum h`, /a member twice/],
    [`${one}group a any b\nquorum a`, /cannot be a name/],
    [`witness none ${k0}\nquorum none`, /cannot be a name/],
    [`${one}witness c ${k1}\nquorum a`, /with this key was named before/],
    [`witness a ${logKey}\nquorum a`, /one of a log/],
    [`log ${logKey}\nlog ${logKey}\nquorum none`, /named before/],
    [`witness a ${k0} ftp://x\nquorum a`, /address/],
    [`witness a ${k0} https://x https://y\nquorum a`, /address/],
    [`witness a ${k0.slice(0, -4)}\nquorum a`, /line 1/],
    [`toString a\nquorum none`, /not known/],
    ['quorum none\r', /control/],
  ]
  for (const [text, why] of wrong) {
    const parsed = parsePolicy(text)
    assert.match(typeof parsed === 'string' ? parsed : 'a policy', why, text)
  }
})
