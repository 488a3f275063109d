import { type Members } from './types.ts'

/** Members in one act. */
const membersPerAct = 400

/** Many members, in pieces that fit into an act each. */
export function* memberPieces({ persons, groups }: Members): Generator<Members> {
  for (let at = 0; at < persons.length; at += membersPerAct)
    yield { persons: persons.slice(at, at + membersPerAct), groups: [] }
  for (let at = 0; at < groups.length; at += membersPerAct)
    yield { persons: [], groups: groups.slice(at, at + membersPerAct) }
}
