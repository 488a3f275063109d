import { type Clock } from '../base/clock.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { type PersonId, type Reference } from '../record/types.ts'
import { type Archive } from './archive.ts'
import { type Draft } from './draft.ts'
import { type IntakeSettings, type Refusal } from './ports.ts'
import { type Recent, type Said } from './recent.ts'

/** In a larger conversation, whether somebody else wrote the target is asked of so many members. */
const membersAskedMax = 100

/** What a correction, retraction or reaction is about, or why it may not be. */
export type TargetFound =
  | { readonly kind: 'found'; readonly refs: Reference }
  /** We never had it, such as one from before the record: what receives this checks the sender itself (XEP-0308 §5). */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: Refusal }

type Target = {
  readonly refs: Reference
  readonly sender: PersonId | null
  readonly at: number
}

/** Finds the target of a draft that has `refersTo`. */
export async function findTarget(
  draft: Draft & { readonly sender: PersonId; readonly refersTo: string },
  from: {
    readonly recent: Recent
    readonly archive: Archive
    readonly clock: Clock
    readonly settings: IntakeSettings
  },
): Promise<TargetFound> {
  const { kind, sender } = draft
  const target = await look(draft, from)
  if (target === null) return { kind: 'unknown' }
  if (kind !== 'correction' && kind !== 'retraction') return { kind: 'found', refs: target.refs }
  if (target.sender !== sender) return refuse('foreign-target', foreign[kind])
  const limits = { correction: from.settings.correctMs, retraction: from.settings.retractMs }
  const windowMs = limits[kind]
  if (windowMs !== null && from.clock.now() - target.at > windowMs)
    return refuse('too-late', tooLate(kind, windowMs))
  return { kind: 'found', refs: target.refs }
}

async function look(
  draft: Draft & { readonly sender: PersonId; readonly refersTo: string },
  from: { readonly recent: Recent; readonly archive: Archive },
): Promise<Target | null> {
  const { conversation, sender, members, refersTo } = draft
  const others = members.filter((member) => member !== sender).slice(0, membersAskedMax)
  for (const author of [sender, ...others]) {
    const said = from.recent.find(draft, author, refersTo)
    const target = said && (await whenPlaced(said, author))
    if (target) return target
    const opened = await from.archive.find(conversation, author, refersTo)
    if (opened) return targetOf(opened)
  }
  const opened = await from.archive.byStanzaId(conversation, refersTo)
  return opened && targetOf(opened)
}

async function whenPlaced(said: Said, sender: PersonId): Promise<Target | null> {
  if (said.settled) await said.settled
  if (said.place === null) return null
  const { position, leafHash, at } = said.place
  return { refs: { position, leafHash }, sender, at }
}

function targetOf({ position, leafHash, envelope }: Opened): Target {
  return { refs: { position, leafHash }, sender: envelope.sender, at: envelope.t_server }
}

const foreign = {
  correction: 'Only who wrote a message can correct it.',
  retraction: 'Only who wrote a message can take it back.',
} as const

function tooLate(kind: 'correction' | 'retraction', windowMs: number): string {
  const done = kind === 'correction' ? 'corrected' : 'taken back'
  if (windowMs === 0) return `Messages cannot be ${done} here.`
  return `A message can be ${done} for ${inWords(windowMs)} after it was sent.`
}

function inWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  if (minutes % 60 !== 0) return minutes === 1 ? 'a minute' : `${minutes} minutes`
  return minutes === 60 ? 'an hour' : `${minutes / 60} hours`
}

function refuse(reason: Refusal['reason'], text: string): TargetFound {
  return { kind: 'refused', why: { reason, text } }
}
