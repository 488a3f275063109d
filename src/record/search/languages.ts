// Forms of words. Of no word is it known which language it is in, so two are forms of one where that is so in any.

import { stemmer as danish } from '@orama/stemmers/danish'
import { stemmer as dutch } from '@orama/stemmers/dutch'
import { stemmer as english } from '@orama/stemmers/english'
import { stemmer as finnish } from '@orama/stemmers/finnish'
import { stemmer as french } from '@orama/stemmers/french'
import { stemmer as german } from '@orama/stemmers/german'
import { stemmer as italian } from '@orama/stemmers/italian'
import { stemmer as norwegian } from '@orama/stemmers/norwegian'
import { stemmer as portuguese } from '@orama/stemmers/portuguese'
import { stemmer as russian } from '@orama/stemmers/russian'
import { stemmer as spanish } from '@orama/stemmers/spanish'
import { stemmer as swedish } from '@orama/stemmers/swedish'
import { lru } from '../../base/lru.ts'
import { folded, isUnspaced } from './words.ts'

const stemmers: readonly ((word: string) => string)[] = [
  english,
  german,
  french,
  spanish,
  italian,
  portuguese,
  dutch,
  swedish,
  danish,
  norwegian,
  finnish,
  russian,
]

const letters = /^[\p{L}']{3,}$/u

// The same words come again in each month: to remember their stems takes a tenth of making them.
const keptMax = 100_000
let kept = lru<string, readonly string[]>({ costMax: keptMax })

/** Words are forgotten with the records that had them. */
export function forgetForms(): void {
  kept = lru({ costMax: keptMax })
}

/** The stems of a word, folded, one for each language. @param plain folded */
function stemsOf(plain: string): readonly string[] {
  const there = kept.get(plain)
  if (there !== undefined) return there
  const made = letters.test(plain)
    ? stemmers.map((stemmer) => folded(stemmer(plain)) || plain)
    : stemmers.map(() => plain)
  kept.set(plain, made)
  return made
}

/** What has the same stem, in one language at least; where words are written without spaces, what has the word in it. Words are folded. */
export type Forms = {
  /** All others begin with one of these: a stem is the beginning of its words, but for its last letter. */
  readonly prefixes: readonly string[]
  has(plain: string): boolean
}

export function formsOf(plain: string): Forms {
  // Where words stand side by side a dictionary takes some together: who looks for one wants those as well.
  if (isUnspaced(plain)) return { prefixes: [''], has: (other) => other.includes(plain) }
  if (!letters.test(plain)) return { prefixes: [], has: (other) => other === plain }
  const stems = stemsOf(plain)
  const beginnings = new Set(stems.map((stem) => stem.slice(0, Math.max(2, stem.length - 1))))
  // One that begins with another is found with that.
  const prefixes = [...beginnings].filter(
    (one) => ![...beginnings].some((other) => other !== one && one.startsWith(other)),
  )
  return {
    prefixes,
    has: (other) => other === plain || stemsOf(other).some((stem, i) => stem === stems[i]),
  }
}
