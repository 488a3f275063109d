import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultXmlLimits } from './limits.ts'
import { StreamParser } from './parser.ts'
import { bytesOf, byteWise, streamHeader } from '../../test/support/xml-stream.ts'

/** A parser that does something at the stanza of a name, and the names of all that it saw. */
function parserDoing(actions: Readonly<Record<string, (parser: StreamParser) => void>>): {
  parser: StreamParser
  seen: string[]
} {
  const seen: string[] = []
  const parser = new StreamParser(
    { ...defaultXmlLimits, stanzaBytesMax: 10_000 },
    {
      open: ({ name }) => void seen.push(`<${name}>`),
      stanza({ name }) {
        seen.push(name)
        actions[name]?.(parser)
      },
      close: () => void seen.push('end'),
    },
  )
  return { parser, seen }
}

test('reset() in a handler makes the rest of the chunk a new stream', () => {
  const text = `${streamHeader}<a/><auth/>${streamHeader}<b/></stream:stream>`
  for (const chunks of [[bytesOf(text)], byteWise(bytesOf(text))]) {
    const { parser, seen } = parserDoing({ auth: (it) => it.reset() })
    for (const chunk of chunks) parser.write(chunk)
    assert.deepEqual(seen, ['<stream>', 'a', 'auth', '<stream>', 'b', 'end'])
  }
})

test('after stop() nothing is read until resume(), and nothing is lost', () => {
  const { parser, seen } = parserDoing({ stop: (it) => it.stop() })
  parser.write(bytesOf(`${streamHeader}<stop/><a/><b>é`))
  parser.write(bytesOf('</b><stop/><c/>').subarray(0, 6))
  assert.deepEqual(seen, ['<stream>', 'stop'])
  parser.resume()
  assert.deepEqual(seen, ['<stream>', 'stop', 'a', 'b'])
  parser.write(bytesOf('</b><stop/><c/>').subarray(6))
  assert.deepEqual(seen, ['<stream>', 'stop', 'a', 'b', 'stop'])
  parser.resume()
  assert.deepEqual(seen, ['<stream>', 'stop', 'a', 'b', 'stop', 'c'])
})

test('stop() between two chunks keeps the second', () => {
  const { parser, seen } = parserDoing({})
  parser.write(bytesOf(`${streamHeader}<a/><b`))
  parser.stop()
  parser.write(bytesOf('/><c/>'))
  assert.deepEqual(seen, ['<stream>', 'a'])
  parser.resume()
  assert.deepEqual(seen, ['<stream>', 'a', 'b', 'c'])
})

test('what is kept while the parser is stopped has a bound', () => {
  const { parser } = parserDoing({})
  parser.write(bytesOf(streamHeader))
  parser.stop()
  const chunk = bytesOf('<a/>'.repeat(1_000))
  assert.throws(
    () => {
      for (let i = 0; i < 100; i++) parser.write(chunk)
    },
    { condition: 'policy-violation' },
  )
})

test('discard() drops what a client sent in clear after <starttls/>', () => {
  const { parser, seen } = parserDoing({
    starttls(it) {
      it.stop()
      it.discard()
    },
  })
  parser.write(bytesOf(`${streamHeader}<starttls/><injected/>`))
  parser.write(bytesOf('<injected/>').subarray(0, 5))
  parser.write(bytesOf('é').subarray(0, 1))
  parser.discard()
  parser.reset()
  parser.resume()
  parser.write(bytesOf(`${streamHeader}<a/>`))
  assert.deepEqual(seen, ['<stream>', 'starttls', '<stream>', 'a'])
})

test('what a handler throws comes out of write(), and ends the reading', () => {
  const { parser, seen } = parserDoing({
    bad() {
      throw new RangeError('a bug')
    },
  })
  assert.throws(() => parser.write(bytesOf(`${streamHeader}<bad/><a/>`)), RangeError)
  parser.write(bytesOf('<a/>'))
  assert.deepEqual(seen, ['<stream>', 'bad'])
})

test('after an error nothing is read, until reset()', () => {
  const { parser, seen } = parserDoing({})
  assert.throws(() => parser.write(bytesOf(`${streamHeader}<a/>junk<b/>`)))
  parser.write(bytesOf('<c/>'))
  parser.reset()
  parser.write(bytesOf(`${streamHeader}<d/>`))
  assert.deepEqual(seen, ['<stream>', 'a', '<stream>', 'd'])
})
