// Regular expressions in time that is linear in the text: a set of states moves over it (Thompson 1968), and nothing is tried twice. What
// cannot be done so (references back, looking around) is refused.

import { QueryError } from './errors.ts'

/** Steps of a pattern, with all its repetitions written out. */
const stepsMax = 2_000
const depthMax = 50
const repeatMax = 1_000
/** Looks at a step, some 0.2 ms of them: so often somebody is asked whether to go on. */
const looksPerTick = 4_096
/** And so often for the places in one text that are shown: to find them takes the square of the text. */
const findTicksMax = 50

type Test = (code: number) => boolean

type Step =
  | { readonly op: 'char'; readonly test: Test }
  | { readonly op: 'split'; readonly to: readonly [number, number] }
  | { readonly op: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly op: 'done' }

/** Called again and again while a text is looked at. @returns false to stop; it may throw, too */
export type Tick = () => boolean

/** A pattern that can be looked for. */
export type Pattern = {
  /** False as well when `tick` stops it. */
  test(text: string, tick: Tick): boolean
  /** Where it is, UTF-16 units from (inclusive) to (exclusive); the longest from each place on, `max` at most, and fewer where that takes too long. */
  find(text: string, max: number): readonly { readonly from: number; readonly to: number }[]
}

/** @param column where the pattern begins in the question. @throws {QueryError} for what is no pattern, or none that we take */
export function patternOf(
  { source, ignoresCase }: { readonly source: string; readonly ignoresCase: boolean },
  column: number,
): Pattern {
  const steps = compile(parsePattern(source, ignoresCase, column), column)
  return {
    test: (text, tick) =>
      longest(steps, text, { from: 0, isAnchored: false, pace: paceOf(tick) }) >= 0,
    find(text, max) {
      const found: { from: number; to: number }[] = []
      const left = { ticks: findTicksMax }
      const pace = paceOf(() => --left.ticks > 0)
      for (let from = 0; from < text.length && found.length < max && left.ticks > 0;) {
        const to = longest(steps, text, { from, isAnchored: true, pace })
        if (to > from) found.push({ from, to })
        from = Math.max(to, from + 1)
      }
      return found
    },
  }
}

type Node =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'row'; readonly of: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number }

/** A pattern as it is read. */
type Reading = {
  readonly chars: readonly string[]
  at: number
  depth: number
  readonly ignoresCase: boolean
  readonly column: number
}

function parsePattern(source: string, ignoresCase: boolean, column: number): Node {
  const reading: Reading = { chars: Array.from(source), at: 0, depth: 0, ignoresCase, column }
  const all = choice(reading)
  if (reading.at < reading.chars.length) fail(reading, 'a bracket is closed that was not opened')
  return all
}

function fail({ column, at }: Reading, what: string): never {
  throw new QueryError(column + at, what)
}

/** What comes next, as far as anything looks that has a length. */
function ahead({ chars, at }: Reading): string {
  return chars.slice(at, at + 16).join('')
}

function choice(r: Reading): Node {
  const of = [row(r)]
  while (r.chars[r.at] === '|') {
    r.at++
    of.push(row(r))
  }
  return { kind: 'choice', of }
}

function row(r: Reading): Node {
  const of: Node[] = []
  while (r.at < r.chars.length && r.chars[r.at] !== '|' && r.chars[r.at] !== ')')
    of.push(repeated(r, single(r)))
  return { kind: 'row', of }
}

function repeated(r: Reading, of: Node): Node {
  const times = timesAt(ahead(r))
  if (times === null) return of
  if (of.kind === 'at') fail(r, 'a place cannot be repeated')
  if (times.min > repeatMax || (times.max !== Infinity && times.max > repeatMax))
    fail(r, `at most ${repeatMax} repetitions`)
  if (times.max < times.min) fail(r, 'the second number is smaller than the first')
  r.at += times.length
  // Lazy ones match in the same places; how long they are is not asked.
  if (r.chars[r.at] === '?') r.at++
  if (timesAt(ahead(r)) !== null) fail(r, 'nothing to repeat')
  return { kind: 'repeat', of, min: times.min, max: times.max }
}

function group(r: Reading): Node {
  if (++r.depth > depthMax) fail(r, `at most ${depthMax} brackets within each other`)
  if (r.chars[r.at] === '?') {
    if (r.chars[r.at + 1] !== ':') fail(r, 'only (…) and (?:…): a search does not look around')
    r.at += 2
  }
  const inside = choice(r)
  if (r.chars[r.at] !== ')') fail(r, 'a bracket is not closed')
  r.at++
  r.depth--
  return inside
}

function single(r: Reading): Node {
  if (timesAt(ahead(r)) !== null) fail(r, 'nothing to repeat')
  const char = r.chars[r.at++] ?? ''
  if (char === '(') return group(r)
  if (char === '[') return charNode(r, classAt(r))
  if (char === '.') return charNode(r, (code) => code !== 10)
  if (char === '^') return { kind: 'at', place: 'start' }
  if (char === '$') return { kind: 'at', place: 'end' }
  if (char !== '\\') return charNode(r, oneOf(char))
  const escaped = r.chars[r.at]
  if (escaped !== 'b' && escaped !== 'B') return charNode(r, escapedTest(r))
  r.at++
  return { kind: 'at', place: escaped === 'b' ? 'edge' : 'inside' }
}

function escapedTest(r: Reading): Test {
  const char = r.chars[r.at]
  if (char === undefined) return fail(r, 'a \\ at the end')
  const named = classes[char]
  if (named !== undefined) {
    r.at++
    return named
  }
  if (/[1-9k]/.test(char)) fail(r, 'a search does not refer back')
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(ahead(r))
  if (hex) {
    r.at += hex[0].length
    return oneOf(String.fromCharCode(Number.parseInt(hex[1] ?? hex[2] ?? '', 16)))
  }
  if (/[a-zA-Z0-9]/.test(char)) fail(r, `\\${char} means nothing here`)
  r.at++
  return oneOf(char)
}

function classAt(r: Reading): Test {
  const isNegated = r.chars[r.at] === '^'
  if (isNegated) r.at++
  const tests: Test[] = []
  for (let isFirst = true; r.chars[r.at] !== ']' || isFirst; isFirst = false) {
    if (r.at >= r.chars.length) fail(r, 'a [ is not closed')
    tests.push(memberAt(r))
  }
  r.at++
  const any: Test = (code) => tests.some((test) => test(code))
  return isNegated ? (code) => !any(code) : any
}

function memberAt(r: Reading): Test {
  const char = r.chars[r.at++] ?? ''
  if (char === '\\') return escapedTest(r)
  const to = r.chars[r.at + 1]
  if (r.chars[r.at] !== '-' || to === undefined || to === ']') return oneOf(char)
  if (to === '\\') fail(r, 'a range ends with a plain character')
  r.at += 2
  const [low, high] = [char.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
  if (high < low) fail(r, 'a range that runs backwards')
  return (code) => code >= low && code <= high
}

function charNode({ ignoresCase }: Reading, test: Test): Node {
  return { kind: 'char', test: ignoresCase ? inBothCases(test) : test }
}

function oneOf(char: string): Test {
  const wanted = char.codePointAt(0)
  return (code) => code === wanted
}

function inBothCases(test: Test): Test {
  return (code) => {
    if (test(code)) return true
    const char = String.fromCodePoint(code)
    return [char.toLowerCase(), char.toUpperCase()].some((other) => test(other.codePointAt(0) ?? 0))
  }
}

const isWord: Test = (code) =>
  code < 128
    ? /\w/.test(String.fromCharCode(code))
    : /[\p{L}\p{N}\p{M}]/u.test(String.fromCodePoint(code))
const isDigit: Test = (code) => code >= 48 && code <= 57
const isSpace: Test = (code) => /\s/u.test(String.fromCodePoint(code))

const classes: { readonly [name: string]: Test | undefined } = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
  n: (code) => code === 10,
  r: (code) => code === 13,
  t: (code) => code === 9,
}

type Times = { readonly min: number; readonly max: number; readonly length: number }

function timesAt(text: string): Times | null {
  if (text.startsWith('*')) return { min: 0, max: Infinity, length: 1 }
  if (text.startsWith('+')) return { min: 1, max: Infinity, length: 1 }
  if (text.startsWith('?')) return { min: 0, max: 1, length: 1 }
  const braces = /^\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/.exec(text)
  if (!braces) return null
  const [all, min = '', comma, max] = braces
  const least = Number(min)
  const most = comma === undefined ? least : max === undefined ? Infinity : Number(max)
  return { min: least, max: most, length: all.length }
}

/** Steps as they are written. */
type Writing = { readonly steps: Step[]; readonly column: number }

function compile(node: Node, column: number): readonly Step[] {
  const writing: Writing = { steps: [], column }
  emit(writing, node)
  add(writing, { op: 'done' })
  return writing.steps
}

function add({ steps, column }: Writing, step: Step): number {
  if (steps.length >= stepsMax)
    throw new QueryError(
      column,
      `the pattern is too large: at most ${stepsMax} steps, with repetitions written out`,
    )
  return steps.push(step) - 1
}

/** A fork whose second way is known later. */
function fork(w: Writing): (to: number) => void {
  const at = add(w, { op: 'split', to: [0, 0] })
  return (to) => void (w.steps[at] = { op: 'split', to: [at + 1, to] })
}

function jump(w: Writing, to: number): number {
  return add(w, { op: 'split', to: [to, to] })
}

function emit(w: Writing, its: Node): void {
  if (its.kind === 'char') add(w, { op: 'char', test: its.test })
  else if (its.kind === 'at') add(w, { op: 'at', place: its.place })
  else if (its.kind === 'row') for (const one of its.of) emit(w, one)
  else if (its.kind === 'repeat') emitRepeat(w, its)
  else emitChoice(w, its.of)
}

function emitChoice(w: Writing, of: readonly Node[]): void {
  const ends: number[] = []
  for (const [i, one] of of.entries()) {
    const other = i < of.length - 1 ? fork(w) : null
    emit(w, one)
    if (other === null) continue
    ends.push(jump(w, 0))
    other(w.steps.length)
  }
  const to = w.steps.length
  for (const end of ends) w.steps[end] = { op: 'split', to: [to, to] }
}

function emitRepeat(
  w: Writing,
  { of, min, max }: { readonly of: Node; readonly min: number; readonly max: number },
): void {
  for (let i = 0; i < min; i++) emit(w, of)
  if (max === Infinity) {
    const start = w.steps.length
    const leave = fork(w)
    emit(w, of)
    jump(w, start)
    leave(w.steps.length)
    return
  }
  const leaves: ((to: number) => void)[] = []
  for (let i = min; i < max; i++) {
    leaves.push(fork(w))
    emit(w, of)
  }
  for (const leave of leaves) leave(w.steps.length)
}

/** Told of so many looks. @returns false to stop */
type Pace = (looks: number) => boolean

function paceOf(tick: Tick): Pace {
  let looks = 0
  return (more) => {
    looks += more
    if (looks < looksPerTick) return true
    looks = 0
    return tick()
  }
}

/** Where the longest match ends that begins at `from`, or anywhere after it; -1 when there is none. Unanchored, the first end is enough. */
function longest(
  steps: readonly Step[],
  text: string,
  {
    from,
    isAnchored,
    pace,
  }: { readonly from: number; readonly isAnchored: boolean; readonly pace: Pace },
): number {
  let now = new Set<number>()
  let end = -1
  for (let at = from; ;) {
    if (!isAnchored || at === from) follow(steps, 0, { text, at, into: now })
    if (now.has(steps.length - 1)) {
      end = at
      if (!isAnchored) return end
    }
    const code = text.codePointAt(at)
    if (code === undefined || (now.size === 0 && isAnchored)) return end
    if (!pace(now.size + 1)) return end
    at += code > 0xffff ? 2 : 1
    const next = new Set<number>()
    for (const i of now) {
      const step = steps[i]
      if (step?.op === 'char' && step.test(code)) follow(steps, i + 1, { text, at, into: next })
    }
    now = next
  }
}

type Place = { readonly text: string; readonly at: number; readonly into: Set<number> }

/** Adds the steps that wait for a character, and what leads to them, which is how nothing is followed twice. */
function follow(steps: readonly Step[], first: number, { text, at, into }: Place): void {
  const open = [first]
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (into.has(i)) continue
    into.add(i)
    const step = steps[i]
    if (step?.op === 'split') open.push(step.to[1], step.to[0])
    else if (step?.op === 'at' && isAt(step.place, text, at)) open.push(i + 1)
  }
}

function isAt(place: 'start' | 'end' | 'edge' | 'inside', text: string, at: number): boolean {
  if (place === 'start') return at === 0
  if (place === 'end') return at === text.length
  const before = at > 0 && isWord(text.charCodeAt(at - 1))
  const after = at < text.length && isWord(text.codePointAt(at) ?? 0)
  return (before !== after) === (place === 'edge')
}
