import { toBase64, fromBase64, utf8 } from '../../../src/base/bytes.ts'
import { scopeOf } from '../../../src/discovery/bundle/act.ts'
import { type BundleScope } from '../../../src/discovery/bundle/ports.ts'
import { commitPart } from '../../../src/record/ledger/parts.ts'
import { type TimeRange } from '../../../src/discovery/bundle/time-range.ts'
import { type ConversationId } from '../../../src/record/types.ts'
import {
  editedLines,
  nothing,
  withExportKey,
  type Base,
  type BundleCase,
  type Said,
} from './case.ts'
import { actOn, bundleOf, policyOf, talkingScene, textIn, type Files, type Scene } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'
import { pairOf } from '../sealed-batches.ts'

type Counts = Readonly<Record<string, number>>

/** What was asked for, and what was left out: step 6. */
export async function scopeCases(): Promise<BundleCase[]> {
  const scene = await talkingScene()
  const { now } = scene.log
  const time = { from: now - 200_000, until: now - 100_000 }
  return [
    ...(await askedFor(scene, time)),
    ...(await leftOutOf(scene)),
    ...(await otherScopes(scene, time)),
  ]
}

type Time = { readonly from: number; readonly until: number }

async function exported(scene: Scene, asked: Partial<BundleScope>): Promise<Base> {
  const files = await bundleOf(scene, await actOn(scene, asked))
  return { scene, policy: policyOf(scene.keys), files }
}

/** The conversation of the first two. */
function pairIn({ people }: Scene): ConversationId {
  return pairOf(people[0], people[1])
}

async function askedFor(scene: Scene, time: Time): Promise<BundleCase[]> {
  const good = async (name: string, asked: Partial<BundleScope>): Promise<BundleCase> => {
    const { files, policy } = await exported(scene, asked)
    return { name, zip: zipOf(membersOf(files)), policy, exit: 0, code: '' }
  }
  const withhold = [{ from: 40, to: 60, reason: 'privileged' }]
  return [
    await good('one conversation', { conversations: [pairIn(scene)] }),
    await good('one person', { persons: [scene.people[1]] }),
    await good('a stretch of time', { time }),
    await good('parts that are masked, and records that are withheld', { mask: [1, 2], withhold }),
    await good('a range of positions', { positions: { from: 100, to: 200 } }),
  ]
}

async function leftOutOf(scene: Scene): Promise<BundleCase[]> {
  const { people } = scene
  const talk = await exported(scene, { conversations: [pairIn(scene)] })
  const person = await exported(scene, { persons: [people[1]] })
  const months = monthsOf(talk.files)
  const positions = { from: 30, to: 9_999 }
  const later = await exported(scene, { conversations: [pairIn(scene)], positions })
  return [
    leftOut(
      talk,
      ['a record in the middle of a conversation is left out', 'conv.gap'],
      [months.all[20]],
    ),
    leftOut(talk, ['the first record of a conversation is left out', 'conv.gap'], [months.all[0]]),
    leftOut(
      talk,
      ['the last record of a conversation is left out', 'exclusion.false'],
      [months.all.at(-1)],
    ),
    leftOut(talk, ['the first month of a conversation is left out', 'conv.gap'], months.first),
    leftOut(
      talk,
      ['the last month of a conversation is left out', 'conv.gap'],
      months.all.filter((position) => !months.first.includes(position)),
    ),
    leftOut(
      later,
      ['the first month of a conversation is left out of a later range', 'exclusion.false'],
      monthsOf(later.files).first,
    ),
    leftOut(
      person,
      ['what a person said is left out', 'sender.gap'],
      saidBy(person, people[1]).slice(20, 21),
      'not-of-person',
    ),
    leftOut(
      person,
      ['the last that a person said is left out', 'sender.gap'],
      saidBy(person, people[1]).slice(-1),
      'not-of-person',
    ),
    leftOut(
      talk,
      ['a record is excluded as not of a person, where none was asked for', 'exclusion.reason'],
      [months.all[20]],
      'not-of-person',
    ),
    leftOut(
      talk,
      ['a record is withheld that was not to be', 'exclusion.reason'],
      [months.all[20]],
      'withheld',
    ),
    withExportKey(talk, ['a reason that there is not', 'exclusion.form'], (files) =>
      editedLines(files, 'excluded.jsonl', (all) =>
        all.map((line) => line.replace('other-conversation', 'lost')),
      ),
    ),
    withExportKey(talk, ['a record is shown and excluded', 'position.unaccounted'], (files) =>
      exclude(files, months.all.slice(20, 21), 'other-conversation', false),
    ),
    withExportKey(talk, ['a part is masked that was not to be', 'mask'], (files) => mask(files, 9)),
  ]
}

async function otherScopes(scene: Scene, time: Time): Promise<BundleCase[]> {
  const { people } = scene
  const pair = pairIn(scene)
  return [
    await otherScope(scene, ['the range is shorter than was asked for', 'scope.range'], {
      asked: { positions: { from: 100, to: 200 } },
      made: { positions: { from: 100, to: 150 } },
    }),
    ...(await narrowed(scene, time)),
    await otherScope(scene, ['records are not of the time that was asked for', 'scope.time'], {
      asked: { time },
      made: { positions: { from: 20, to: 250 } },
    }),
    await otherScope(
      scene,
      ['a record is of a conversation that was not asked for', 'scope.conversation'],
      {
        asked: { conversations: [pairOf(people[1], people[2])] },
        made: { conversations: [pair] },
      },
    ),
    await otherScope(scene, ['a record is of nobody who was asked for', 'scope.person'], {
      asked: { persons: [people[2]] },
      made: { persons: [people[1]] },
    }),
  ]
}

/** Who makes the bundle leaves out the beginning or the end of the time, or has an act of before, which did not say where that lies. */
async function narrowed(scene: Scene, time: Time): Promise<BundleCase[]> {
  const policy = policyOf(scene.keys)
  const act = await actOn(scene, { time })
  const bare = await actOn(scene, { time }, { range: null })
  const whole = await bundleOf(scene, act)
  const [range = { from: 0, to: 0 }] = Object(JSON.parse(textIn(whole, 'manifest.json'))).ranges
  const { from, to } = range
  const make = async (name: string, less: TimeRange, of = act): Promise<BundleCase> => {
    const zip = zipOf(membersOf(await bundleOf(scene, of, { range: less })))
    const isOld = of === bare
    return { name, zip, policy, exit: isOld ? 0 : 1, code: isOld ? '' : 'scope.range' }
  }
  return [
    await make('the beginning of the time that was asked for is left out', { from: from + 1, to }),
    await make('the end of the time that was asked for is left out', { from, to: to - 1 }),
    await make('a stretch of time, of an act of before', { from, to }, bare),
  ]
}

/** Takes records out of the bundle, and says that they are of another conversation. */
function leftOut(
  base: Base,
  said: Said,
  positions: readonly (number | undefined)[],
  reason = 'other-conversation',
): BundleCase {
  const gone = positions.filter((position) => position !== undefined)
  const count = (manifest: Record<string, unknown>): void => {
    const counts: Counts = Object(manifest['counts'])
    manifest['counts'] = {
      ...counts,
      records: (counts['records'] ?? 0) - gone.length,
      excluded: (counts['excluded'] ?? 0) + gone.length,
    }
  }
  return withExportKey(base, said, (files) => exclude(files, gone, reason, true), count)
}

type Run = { from: number; to: number; reason: string; note?: string }

function exclude(files: Files, gone: readonly number[], reason: string, isTaken: boolean): void {
  if (isTaken)
    editedLines(files, 'records.jsonl', (all) =>
      all.filter((line) => !gone.includes(indexOf(line))),
    )
  editedLines(files, 'excluded.jsonl', (all) => {
    const runs: Run[] = all.map((line) => JSON.parse(line))
    const added = gone.map((from) => {
      const run: Run = { from, to: from + 1, reason }
      return reason === 'withheld' ? { ...run, note: 'mine' } : run
    })
    return [...runs, ...added].toSorted((a, b) => a.from - b.from).map((run) => JSON.stringify(run))
  })
}

/** Masks the words, as they would have to be masked. */
function mask(files: Files, at: number): void {
  editedLines(files, 'records.jsonl', (all) =>
    all.map((text, i) => {
      if (i !== at) return text
      const line: { parts: { id: number; salt: string; text: string }[] } = JSON.parse(text)
      const parts = line.parts.map((part) => {
        if (part.id !== 1) return part
        const salt = fromBase64(part.salt) ?? new Uint8Array()
        const { commitment } = commitPart({ id: 1, bytes: utf8(part.text) }, salt)
        return { id: 1, c: toBase64(commitment) }
      })
      return JSON.stringify({ ...line, parts })
    }),
  )
}

/** A bundle that is made of one scope, and says that it is of the one on record. */
async function otherScope(
  scene: Scene,
  said: Said,
  { asked, made }: { readonly asked: Partial<BundleScope>; readonly made: Partial<BundleScope> },
): Promise<BundleCase> {
  // One of before: it does not say where the time lies.
  const act = await actOn(scene, asked, asked.time ? { range: null } : {})
  const files = await bundleOf(scene, act, { scope: scopeOf(made) })
  const policy = policyOf(scene.keys)
  return withExportKey({ scene, files, policy }, said, nothing, (manifest) => {
    manifest['scope'] = scopeOf(asked)
  })
}

function indexOf(line: string): number {
  const { index }: { index: number } = JSON.parse(line)
  return index
}

/** Positions of the records that are shown, and of those in the first month. */
function monthsOf(files: Files): {
  readonly all: readonly number[]
  readonly first: readonly number[]
} {
  const all = linesOf(files).map(indexOf)
  return {
    all,
    first: linesOf(files)
      .filter((line) => timeIn(line) < december)
      .map(indexOf),
  }
}

const december = Date.UTC(2026, 11)

function timeIn(line: string): number {
  return Number(/t_server\\":(\d+)/.exec(line)?.[1])
}

function saidBy({ files }: Base, person: string): readonly number[] {
  return linesOf(files)
    .filter((line) => line.includes(`\\"sender\\":\\"${person}`))
    .map(indexOf)
}

function linesOf(files: Files): readonly string[] {
  return textIn(files, 'records.jsonl').split('\n').slice(0, -1)
}
