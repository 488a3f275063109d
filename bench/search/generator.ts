// Messages of a company that there is not: the same each time, with words as frequent as in natural language (Zipf, Mandelbrot), in the forms that English has.

import { kindWords } from '../../src/record/search/query.ts'
import { type Indexable } from '../../src/record/search/document.ts'

export const people = 5_000
const rooms = 400
/** Of the words of a language, those that a company uses. */
const lemmas = 40_000
const wordsMean = 15
const firstSecond = Date.UTC(2026, 0) / 1000

/** The commonest words of English are short, and a third of what is said. */
const commonest =
  'the to and of a in is it you that for on with this be are have i not as we at will can but from or if they your my so do me just what there all about when our would no up out get like one more now then how who some could them please thanks ok yes any work time know see need think'.split(
    ' ',
  )
const consonants = [
  'b',
  'c',
  'd',
  'f',
  'g',
  'h',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'st',
  'tr',
  'pl',
  'ch',
  'gr',
  'sh',
]
const vowels = ['a', 'e', 'i', 'o', 'u', 'ea', 'ou', 'ai']
const endings = ['', '', 's', '', 'ing', 'ed', '', 's', 'er', 'ly', 'ment', '']

/** Words by rank, the commonest first. */
export const words: readonly string[] = [
  ...commonest,
  ...Array.from({ length: lemmas }, (_, i) => wordOf(i)),
]

function wordOf(i: number): string {
  const syllables = i < 800 ? 1 : i < 12_000 ? 2 : 3
  let rest = i
  let word = ''
  for (let s = 0; s < syllables; s++) {
    word += (consonants[rest % 20] ?? '') + (vowels[Math.floor(rest / 20) % 8] ?? '')
    rest = Math.floor(rest / 160) + i * 7
  }
  return word + (consonants[Math.floor(i / 3) % 14] ?? '') + (endings[i % endings.length] ?? '')
}

/** Mandelbrot's law: the share of rank r is as 1 / (r + 2.7) ** 1.07. */
const cumulated = new Float64Array(words.length)
let sum = 0
for (let r = 0; r < words.length; r++) {
  sum += 1 / (r + 2.7) ** 1.07
  cumulated[r] = sum
}

/** mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function rankAt(draw: number): number {
  const wanted = draw * sum
  let low = 0
  let high = words.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulated[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

export function personAt(n: number): string {
  return (n * 2_654_435_761).toString(16).padStart(32, 'a')
}

/** A message, and what it was made of, to be held against what a search finds. */
export type Made = Indexable & { readonly text: string; readonly from: string; readonly at: number }

/** Messages from `first` on. One has its own seed, so that any part can be made alone. @param perMonth messages of 30 days */
export function messageAt(position: number, perMonth: number): Made {
  const draw = seeded(position + 1)
  const length = Math.min(200, 2 + Math.floor(-(wordsMean - 2.5) * Math.log(1 - draw())))
  let text = ''
  for (let i = 0; i < length; i++) text += `${i === 0 ? '' : ' '}${words[rankAt(draw())] ?? ''}`
  // Some talk much, most talk little.
  const sender = Math.floor(people * draw() ** 2)
  const from = personAt(sender)
  const isInRoom = draw() < 0.4
  const other = personAt((sender + 1 + Math.floor(20 * draw() ** 2)) % people)
  const room = `${Math.floor(rooms * draw() ** 2)}`.padStart(32, 'e')
  const at = (firstSecond + Math.floor((position / perMonth) * 30 * 86_400)) * 1000
  const pair = sender.toString(16).padStart(16, 'c') + other.slice(16)
  const conv = isInRoom ? room : pair
  const views = isInRoom
    ? `[{"owner":"${room}","peer":"${from}","peerDevice":"","incoming":true}]`
    : `[{"owner":"${from}","peer":"${other}","peerDevice":"","incoming":false},{"owner":"${other}","peer":"${from}","peerDevice":"phone","incoming":true}]`
  const [kind = 'message'] = kindWords['message'] ?? []
  const envelope = `{"v":1,"kind":"${kind}","conv":"${conv}","conv_seq":1,"conv_prev":null,"sender":"${from}","sender_seq":1,"device":"phone","to":"somebody@chat.example","views":${views},"t_server":${at},"refs":null}`
  const content = `{"type":"chat","body":{"":"${text}"}}`
  return { position, envelope, content, wire: '', files: '', text, from, at }
}
