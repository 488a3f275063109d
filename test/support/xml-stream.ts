import { type Element } from '../../src/xml/element.ts'
import { XmlError, type XmlCondition } from '../../src/xml/errors.ts'
import { defaultXmlLimits, type XmlLimits } from '../../src/xml/limits.ts'
import { StreamParser } from '../../src/xml/parser.ts'

/** What came out of a stream: the stanzas, and how it ended. For tests. */
export type Outcome = {
  readonly stanzas: readonly Element[]
  readonly end: 'waiting' | 'closed' | XmlCondition
}

export const streamHeader =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " +
  "xmlns:stream='http://etherx.jabber.org/streams'>"

/** Feeds the chunks to a parser. */
export function readStream(
  chunks: Iterable<Uint8Array>,
  limits: XmlLimits = defaultXmlLimits,
): Outcome {
  const stanzas: Element[] = []
  let end: Outcome['end'] = 'waiting'
  const parser = new StreamParser(limits, {
    open() {},
    stanza: (element) => void stanzas.push(element),
    close() {
      end = 'closed'
    },
  })
  try {
    for (const chunk of chunks) parser.write(chunk)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    end = error.condition
  }
  return { stanzas, end }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Each byte by itself. */
export function* byteWise(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1)
}
