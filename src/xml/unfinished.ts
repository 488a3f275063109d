import { isSpace } from './characters.ts'

const [equals, greater, less, doubleQuote, singleQuote] = [0x3d, 0x3e, 0x3c, 0x22, 0x27]

/** As long as a token is shorter than this, its kind may be open, and it is cheap to read anew. */
const shortUnitsMax = 16
/** Pieces are joined in blocks: a piece of one character costs no more than its character for long. */
const piecesMax = 256

/**
 * A token whose end has not come yet. It follows the pieces in which the rest arrives and looks at each character once,
 * so that 200 kB that come byte by byte cost no more than 200 kB at once.
 */
export class Unfinished {
  #blocks: string[] = []
  #pieces: string[] = []
  #ends: ((piece: string) => boolean) | null = null

  get isEmpty(): boolean {
    return this.#ends === null
  }

  /** Keeps the beginning of a token. */
  keep(beginning: string): void {
    this.#pieces.push(beginning)
    this.#ends = enderOf(beginning)
  }

  /** Keeps what shall not be read now, whatever it is. */
  hold(text: string): void {
    if (text !== '') this.#pieces.push(text)
    this.#ends = never
  }

  /** @returns whether it is worth while to read the token again */
  add(piece: string): boolean {
    this.#pieces.push(piece)
    if (this.#pieces.length >= piecesMax) {
      this.#blocks.push(this.#pieces.join(''))
      this.#pieces = []
    }
    return this.#ends?.(piece) ?? true
  }

  /** All of it, and forgets it. */
  take(): string {
    const text = this.#blocks.join('') + this.#pieces.join('')
    if (this.#blocks.length > 0) this.#blocks = []
    if (this.#pieces.length > 0) this.#pieces = []
    this.#ends = null
    return text
  }
}

const never = (): boolean => false
const always = (): boolean => true
const atLess = (piece: string): boolean => piece.includes('<')

function enderOf(beginning: string): (piece: string) => boolean {
  if (beginning.charCodeAt(0) !== less) return atLess
  if (beginning.length < shortUnitsMax) return always
  if (beginning.startsWith('<?')) return always // The XML declaration is short, or refused.
  if (beginning.startsWith('<!')) return endsCdata(beginning)
  return endsTag(beginning)
}

function endsCdata(beginning: string): (piece: string) => boolean {
  let last = beginning.slice(-2)
  return (piece) => {
    const seen = last + piece
    last = seen.slice(-2)
    return seen.includes(']]>')
  }
}

/** At the first `>` outside quotes. Also at what cannot stand in a tag: reading it again will say so. */
function endsTag(beginning: string): (piece: string) => boolean {
  let quote = ''
  let isAfterEquals = false
  const ends = (piece: string, from: number): boolean => {
    for (let at = from; at < piece.length; at++) {
      if (quote !== '') {
        at = piece.indexOf(quote, at)
        if (at < 0) return false
        quote = ''
        continue
      }
      const code = piece.charCodeAt(at)
      if (code === greater || code === less) return true
      if (code === doubleQuote || code === singleQuote) {
        if (!isAfterEquals) return true
        quote = piece.charAt(at)
      }
      if (!isSpace(code)) isAfterEquals = code === equals
    }
    return false
  }
  ends(beginning, 1)
  return (piece) => ends(piece, 0)
}
