import { ownCopy } from '../base/own-copy.ts'
import { Document } from './document.ts'
import { type Element } from './element.ts'
import { XmlError } from './errors.ts'
import { type XmlLimits } from './limits.ts'
import { Unfinished } from './unfinished.ts'
import { Utf8Chunks, utf8Length } from './utf8.ts'

/** What a stream consists of. A handler may call `reset`, `stop` and `discard`, but neither `write` nor `resume`. */
export type StreamHandlers = {
  /**
   * The stream header.
   *
   * @param contentNs the default namespace that it declares, '' for none: that of the stanzas
   */
  open(root: Element, contentNs: string): void
  stanza(element: Element): void
  close(): void
}

/** What may wait while the parser is stopped, beside one stanza: a read of a socket. */
const readBytesMax = 65_536

/**
 * A strict parser for the XML of a stream, RFC 6120 section 11: bytes in, elements out. It reads the text of a chunk as it
 * is, token by token; a token that is not whole waits for its end. Comments, processing instructions, document
 * types and entities are refused. What a failed parser is given, it ignores.
 */
export class StreamParser {
  readonly #limits: XmlLimits
  readonly #handlers: StreamHandlers
  readonly #utf8 = new Utf8Chunks()
  readonly #unfinished = new Unfinished()
  #document: Document
  #state: 'reading' | 'stopped' | 'failed' = 'reading'

  /** What is being read, and how far it is. */
  #text = ''
  #at = 0
  /** Where in `#text` the stanza begins, and how many bytes of it came and were read before. */
  #from = 0
  #bytesBefore = 0
  /** Bytes in `#unfinished`. */
  #bytesWaiting = 0

  constructor(limits: XmlLimits, handlers: StreamHandlers) {
    this.#limits = limits
    this.#handlers = handlers
    this.#document = new Document(limits, 'stream')
  }

  /**
   * Reads a chunk and calls the handlers for all that it made whole.
   *
   * @throws {XmlError} after which the stream is over
   */
  write(chunk: Uint8Array): void {
    if (this.#state === 'failed') return
    this.#orFail(() => {
      const piece = this.#utf8.decode(chunk)
      if (this.#unfinished.isEmpty) return this.#read(piece)
      this.#bytesWaiting += chunk.length
      // A chunk that ends the token may bring the next stanza along, which does not count: what is read is checked then.
      if (this.#unfinished.add(piece)) this.#read(this.#unfinished.take())
      else this.#checkWaiting()
    })
  }

  /** A new stream begins with the next byte (RFC 6120 sections 5.4.3.3 and 6.4.6). What came and was not read stays. */
  reset(): void {
    this.#document = new Document(this.#limits, 'stream')
    this.#bytesBefore = 0
    this.#from = this.#at
    this.#state = this.#state === 'failed' ? 'reading' : this.#state
  }

  /** Reads no further, not even in this chunk, until `resume`. The caller stops the socket, too: little is kept. */
  stop(): void {
    if (this.#state === 'reading') this.#state = 'stopped'
  }

  /**
   * Goes on after `stop`, with what has come since.
   *
   * @throws {XmlError} after which the stream is over
   */
  resume(): void {
    if (this.#state !== 'stopped') return
    this.#state = 'reading'
    this.#orFail(() => this.#read(this.#unfinished.take()))
  }

  /**
   * Forgets what came and was not read. RFC 6120 section 5.4.3.3: what a client sent in clear after `<starttls/>` must not
   * pass for what it sends under TLS.
   */
  discard(): void {
    this.#utf8.clear()
    this.#unfinished.take()
    this.#text = ''
    this.#at = this.#from = this.#bytesBefore = this.#bytesWaiting = 0
  }

  #orFail(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.discard()
      this.#state = 'failed'
      throw error
    }
  }

  #read(text: string): void {
    this.#text = text
    this.#at = this.#from = 0
    while (this.#at < this.#text.length && this.#state === 'reading') {
      const end = this.#document.read(this.#text, this.#at)
      if (end === this.#at) break
      this.#at = end
      if (this.#document.completed !== null) this.#complete()
    }
    this.#keepRest()
  }

  /** Calls the handlers. They may have changed everything when they return. */
  #complete(): void {
    const { completed } = this.#document
    const element = this.#document.takeElement()
    if (completed !== 'space') this.#checkSize()
    this.#from = this.#at
    this.#bytesBefore = 0
    if (completed === 'end') this.#handlers.close()
    if (completed === 'header' && element) this.#handlers.open(element, this.#document.contentNs)
    if (completed === 'stanza' && element) this.#handlers.stanza(element)
  }

  /** What is not read yet waits for more, and counts as part of the stanza. */
  #keepRest(): void {
    const [text, at] = [this.#text, this.#at]
    this.#bytesBefore += utf8Length(text, this.#from, at)
    this.#bytesWaiting = utf8Length(text, at, text.length)
    this.#text = ''
    this.#at = this.#from = 0
    // A short rest must not keep a long chunk in memory.
    const rest = text.length - at < at ? ownCopy(text.slice(at)) : text.slice(at)
    if (this.#state === 'stopped') this.#unfinished.hold(rest)
    else if (rest !== '') this.#unfinished.keep(rest)
    this.#checkWaiting()
  }

  #checkSize(): void {
    const units = this.#at - this.#from
    // A code unit has three bytes at most: short stanzas need no counting.
    if (this.#bytesBefore + 3 * units <= this.#limits.stanzaBytesMax) return
    const bytes = this.#bytesBefore + utf8Length(this.#text, this.#from, this.#at)
    if (bytes > this.#limits.stanzaBytesMax) throw this.#tooLong()
  }

  #checkWaiting(): void {
    const { stanzaBytesMax } = this.#limits
    const bytesMax = this.#state === 'stopped' ? stanzaBytesMax + readBytesMax : stanzaBytesMax
    if (this.#bytesBefore + this.#bytesWaiting > bytesMax) throw this.#tooLong()
  }

  #tooLong(): XmlError {
    const { stanzaBytesMax } = this.#limits
    return new XmlError('policy-violation', `a stanza is longer than ${stanzaBytesMax} bytes`)
  }
}
