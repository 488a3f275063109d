// A report in words, for the program and the page.
import { iso } from './bytes.mjs'
/** The answer in one sentence. */
export const headline = ({ result }) => results[result]
const results = {
  complete: 'COMPLETE: everything that the bundle claims is proved.',
  incomplete: 'SOUND, BUT NOT COMPLETE: nothing contradicts the bundle, and not everything is proved.',
  broken: 'BROKEN: do not rely on this bundle.',
}
const levelNames = {
  R: 'R: recorded, and no signature over it could be verified',
  S: 'S: under a head that the log has signed',
  W: 'W: under a head that the witnesses of your policy have seen',
  T: 'T: under a head that a time-stamping service has stamped',
}

export function reportLines({ findings, summary, levels, proved, asserted, unchecked }) {
  const lines = findings.map(({ step, code, what }) => `  step ${step}, ${code}: ${what}`)
  if (summary !== null) {
    const { origin, size, export: { at, purpose, matter } } = summary
    lines.push(`Log ${origin}, head of ${size} records.`, `Exported ${iso(at)} for: ${purpose}${matter === null ? '' : ` (${matter})`}`)
  }
  for (const [level, count] of Object.entries(levels)) lines.push(`  ${count} at level ${levelNames[level]}`)
  const list = (title, items) => (items.length > 0 ? [title, ...items.map((item) => `  - ${item}`)] : [])
  return [...lines, ...list('Proved:', proved), ...list('Only said, and not proved:', asserted), ...list('Not checked:', unchecked)].map(oneLine)
}

/** What was written by those whose records these are is one line, and steers no terminal. */
const oneLine = (text) =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) => `\\u${char.codePointAt(0).toString(16).padStart(4, '0')}`)

export function rowLine({ index, level, at, envelope, content, statement, masked }) {
  const what = oneLine(envelope === null ? (statement ?? '(masked)') : `${envelope.kind} ${envelope.sender ?? '-'} ${content ?? '(masked)'}`)
  return `${index}\t${level}\t${at === null ? '' : iso(at)}\t${what}${masked.length > 0 ? `\tmasked parts: ${masked.join(', ')}` : ''}`
}
