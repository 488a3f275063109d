import { isAct } from '../kinds.ts'
import { type Opened } from '../bodies/opened.ts'
import { isNobodys } from '../ids.ts'
import { type Envelope, type PersonId } from '../types.ts'
import { type RecordFacts } from './ports.ts'

/** What a scope has to know of an opened record. */
export function factsOf({
  position,
  envelope,
  content,
  wire,
  files,
}: Pick<Opened, 'position' | 'envelope' | 'content' | 'wire' | 'files'>): RecordFacts {
  const { kind, conv: conversation, t_server: at } = envelope
  const persons = personsOf(envelope)
  return { position, kind, conversation, at, persons, envelope, content, wire, files }
}

/** Whether it is something that people say or do, and no act of who administers, nor a statement of the log. */
export function isOfPeople({ start, stanzaId }: Pick<Opened, 'start' | 'stanzaId'>): boolean {
  // A statement is in no archive, and has no id there.
  return stanzaId !== '' && !isAct(start.kind)
}

function personsOf({ sender, views }: Envelope): readonly PersonId[] {
  const persons = new Set<PersonId>()
  if (sender !== null) persons.add(sender)
  for (const { owner, peer } of views)
    for (const one of [owner, peer]) if (one !== null && !isNobodys(one)) persons.add(one)
  return [...persons]
}
