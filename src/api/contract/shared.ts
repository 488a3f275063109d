// What clients of the API may import: the shapes of its answers.
import { z } from 'zod'

/** The cursor of the next page of a list; null: there is none. */
export const next = z.string().nullable()

export const personAnswer = z.object({
  id: z.string(),
  address: z.string(),
  role: z.string(),
  /** Whether he may sign in: whether he is `active`. */
  enabled: z.boolean(),
})

/** Nothing to say: it is done. */
export const done = z.object({})

export const checkedPerson = z.object({ address: z.string() })

export const groupsOfPerson = z.object({ address: z.string(), groups: z.array(z.string()) })

export const personState = z.enum(['active', 'suspended', 'left'])

export const peopleAnswer = z.object({
  people: z.array(personAnswer.extend({ name: z.string().nullable(), state: personState })),
  next,
})

export type PeopleAnswer = z.infer<typeof peopleAnswer>

const invitationAnswer = z.object({
  id: z.string(),
  to: z.enum(['account', 'contact']),
  /** Null: the command line. */
  inviter: z.string().nullable(),
  address: z.string().nullable(),
  /** Null: to a member's account. */
  guestUntil: z.string().nullable(),
  expires: z.string(),
})

export const invitationsAnswer = z.object({ invitations: z.array(invitationAnswer), next })

/** `uri` is for XMPP clients and `link` for browsers. Both have the token, and are said once. */
export const madeInvitation = invitationAnswer.extend({ uri: z.string(), link: z.string() })

export type InvitationAnswer = z.infer<typeof invitationAnswer>

/** Periods in words: '7 years'. `after`: creation, leaver, or `matter NAME`. */
export const classAnswer = z.object({
  name: z.string(),
  keep: z.string(),
  after: z.string(),
  locked: z.boolean(),
  authority: z.string(),
})

export const rulesAnswer = z.object({ position: z.number(), rules: z.number() })

export const packAnswer = z.object({ pack: z.string(), classes: z.number(), rules: z.number() })

export const exemptionAnswer = z.object({ id: z.string(), person: z.string(), from: z.string() })

export const endedAnswer = z.object({ ended: z.string() })

export const eventAnswer = z.object({
  event: z.string(),
  of: z.string(),
  at: z.string(),
  position: z.number(),
})

const ruleAnswer = z.looseObject({ name: z.string(), class: z.string() })

/** Times as ISO 8601 says them, in UTC; people by address, by id where they have none any more. */
export const retentionAnswer = z.object({
  classes: z.array(classAnswer),
  rulesPosition: z.number(),
  rules: z.array(ruleAnswer),
  exemptions: z.array(
    z.object({
      id: z.string(),
      person: z.string(),
      from: z.string(),
      reason: z.string(),
      approvals: z.array(z.string()),
    }),
  ),
  leavers: z.array(z.object({ person: z.string(), at: z.string() })),
  matters: z.array(z.object({ matter: z.string(), at: z.string() })),
})

const bucketAnswer = z.object({
  number: z.number(),
  class: z.string(),
  from: z.string(),
  to: z.string(),
})

export const simulationAnswer = z.object({
  refusals: z.array(z.string()),
  until: z.string(),
  buckets: z.array(
    bucketAnswer.extend({
      records: z.number(),
      conversations: z.number(),
      dueNow: z.string().nullable(),
      dueUnderDraft: z.string().nullable(),
      isPerRecord: z.boolean(),
    }),
  ),
  recordsNow: z.number(),
  recordsUnderDraft: z.number(),
})

export const whyAnswer = z.object({
  position: z.number(),
  kind: z.string(),
  conversation: z.string(),
  /** Its address; null where it is no room's, or the room is gone. */
  room: z.string().nullable(),
  owners: z.array(z.string()),
  at: z.string(),
  classes: z.array(classAnswer),
  policy: z.string(),
  rule: ruleAnswer.nullable(),
  keptUntil: z.string().nullable(),
  bucket: bucketAnswer.nullable(),
  goesFrom: z.string().nullable(),
  /** Positions of the acts that placed them. */
  holds: z.array(z.number()),
})
const paperAnswer = z.object({
  id: z.string(),
  kind: z.enum(['kit', 'shares']),
  threshold: z.number(),
  of: z.number(),
  epoch: z.number(),
  atMs: z.number().nullable(),
})

export const keysAnswer = z.object({
  epoch: z.number(),
  keys: z.array(
    z.object({
      kind: z.string(),
      ref: z.string(),
      id: z.string(),
      use: z.enum(['current', 'making', 'doomed']),
      found: z.union([z.enum(['there', 'missing', 'paper']), z.object({ why: z.string() })]),
    }),
  ),
  withoutKey: z.array(z.object({ kind: z.string(), ref: z.string() })),
  papers: z.array(paperAnswer),
  /** Lines of the key agent's journal, and the MAC of the newest; null where there is no agent. */
  openings: z.object({ count: z.number(), head: z.string() }).nullable(),
})

export type KeysAnswer = z.infer<typeof keysAnswer>

export const turnedAnswer = z.object({
  oldEpoch: z.number(),
  newEpoch: z.number(),
  holders: z.array(
    z.object({
      kind: z.string(),
      ref: z.string(),
      method: z.string(),
      state: z.union([z.enum(['destroyed', 'logical']), z.object({ pending: z.string() })]),
      evidence: z.string(),
    }),
  ),
  outstanding: z.array(paperAnswer),
  /** Told once. */
  kits: z.array(z.string()),
})

export const droppedPaper = z.object({ id: z.string() })

const pairAnswer = z.tuple([z.string(), z.string()])

/** What outsiders are given: the old keys sign for the new ones. */
export const signersAnswer = z.object({
  origin: z.string(),
  old: pairAnswer,
  new: pairAnswer,
  heads: z.object({ count: z.number(), sha256: z.string() }),
  signatures: z.object({ old: pairAnswer, new: pairAnswer }),
})

/** The statement that names all evidence, and how much that is. */
export const renewedAnswer = z.object({
  position: z.number(),
  heads: z.number(),
  stamps: z.number(),
  cosigned: z.number(),
})

/** Told once. */
export const papersAnswer = z.object({ papers: z.array(z.string()) })

/** An export that is on record: the position of its act, and its id. */
/** How many conversations proofs are asked for at a time. */
export const headsWantedMax = 1_000

/** A statement of how many records conversations have, with proofs: hashes are base64. `docs/reference/bundle.md`, section 7. */
export const statedHeads = z.object({
  position: z.number(),
  proved: z.array(
    z.object({
      bucket: z.number(),
      handle: z.string(),
      next: z.number(),
      last: z.number(),
      leaf: z.number(),
      path: z.array(z.string()),
    }),
  ),
})

export type StatedHeads = z.infer<typeof statedHeads>

const spans = z.array(z.object({ from: z.number(), to: z.number() }))

const foundItem = z.object({
  position: z.number(),
  /** XEP-0359, under which employees see it. */
  stanzaId: z.string(),
  at: z.string(),
  kind: z.string(),
  conversation: z.string(),
  /** Id of a person; null: the server. */
  sender: z.string().nullable(),
  /** Address, or the id where he has none any more. */
  from: z.string().nullable(),
  to: z.string(),
  about: z.number().nullable(),
  /** `highlights`: UTF-16 units, from (inclusive) to (exclusive). */
  texts: z.array(z.object({ text: z.string(), highlights: spans })),
  files: z.array(z.string()),
})

export const searchAnswer = z.object({
  origin: z.string(),
  head: z.object({ size: z.number(), root: z.string() }),
  total: z.number(),
  items: z.array(foundItem),
  unreadable: z.array(z.object({ position: z.number(), why: z.string() })),
  next: z.string().nullable(),
  isComplete: z.boolean(),
  acts: z.object({ search: z.number(), read: z.number().nullable() }),
})

export type SearchAnswer = z.infer<typeof searchAnswer>
/** What was said of a backup is on record there. */
export const notedBackup = z.object({ position: z.number() })

export type NotedBackup = z.infer<typeof notedBackup>

/** The answer to what was refused: a stable code, and a sentence that says what to do. RFC 9457. */
export const problem = z.object({
  type: z.literal('about:blank'),
  /** What HTTP calls the status. */
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
})

export type Problem = z.infer<typeof problem>

/** `/health/ready`: what is missing when it is not 200. */
export type ReadyAnswer =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string; readonly text: string }

/** Addresses of the people and rooms that an answer names by id, as far as they have one. */
const names = z.record(z.string(), z.string()).optional()

export type Names = z.infer<typeof names>

const scopeAnswer = z.object({
  persons: z.array(z.string()),
  conversations: z.array(z.string()),
  query: z.string().nullable(),
  from: z.string().nullable(),
  until: z.string().nullable(),
})

export type ScopeAnswer = z.infer<typeof scopeAnswer>

const holdAnswer = z.object({
  id: z.number(),
  name: z.string(),
  reason: z.string(),
  scope: scopeAnswer,
  by: z.string(),
  since: z.string(),
  releases: z.array(
    z.object({ by: z.string(), reason: z.string(), position: z.number(), at: z.string() }),
  ),
  /** The log position from which on it is not in force any more. */
  released: z.number().nullable(),
  /** How many messages it has, of those below that log position. */
  count: z.object({ records: z.number(), below: z.number() }).optional(),
})

export type HoldAnswer = z.infer<typeof holdAnswer>

export const holdsAnswer = z.object({ holds: z.array(holdAnswer), names, next })

export const heldAnswer = z.object({
  hold: holdAnswer,
  /** What of its time went before it: the certificate's log position, null while it is being disposed of. */
  tooLate: z
    .array(z.object({ bucket: z.number(), run: z.number(), certificate: z.number().nullable() }))
    .optional(),
  names,
})

const dueAnswer = z.object({
  bucket: z.number(),
  class: z.string(),
  from: z.string(),
  to: z.string(),
  due: z.string().nullable(),
  authority: z.string(),
  preview: z
    .object({
      goes: z.number(),
      gone: z.number(),
      stays: z.number(),
      held: z.array(z.object({ hold: z.number(), records: z.number() })),
      acts: z.number(),
      notDue: z.number(),
      unreadable: z.number(),
    })
    .optional(),
})

/** `empty`: buckets that are due as well and have nothing in them. */
export const duesAnswer = z.object({ due: z.array(dueAnswer), empty: z.number() })

const runAnswer = z.object({
  id: z.number(),
  kind: z.enum(['disposal', 'erasure']),
  /** Null: the timetable. */
  by: z.string().nullable(),
  at: z.string(),
  why: z.string(),
  state: z.string(),
  needs: z.number(),
  /** The digest of what is proposed, in hex: an approval names it. */
  proposal: z.string(),
  approvals: z.array(z.object({ by: z.string(), at: z.string() })),
  refused: z.object({ by: z.string(), at: z.string() }).nullable(),
  /** Of an erasure: how many it names. */
  records: z.number().nullable(),
  buckets: z.array(
    z.object({
      bucket: z.number(),
      destroyed: z.number().nullable(),
      stays: z.number().nullable(),
      certificate: z.number().nullable(),
    }),
  ),
})

export type RunAnswer = z.infer<typeof runAnswer>

export const runsAnswer = z.object({ runs: z.array(runAnswer), next })

export const oneRunAnswer = z.object({
  run: runAnswer,
  /** Of an erasure: as it was asked. Null where that is not on record. */
  scope: scopeAnswer.nullable().optional(),
  /** Of an erasure: what that came to when it was ordered. */
  covers: z
    .object({
      first: z.string(),
      last: z.string(),
      conversations: z.array(
        z.object({ id: z.string(), records: z.number(), persons: z.array(z.string()) }),
      ),
      /** How many conversations are not listed. */
      unlisted: z.number(),
    })
    .nullable()
    .optional(),
  certificates: z.array(z.looseObject({ bucket: z.number(), position: z.number() })).optional(),
  names,
})

export type OneRunAnswer = z.infer<typeof oneRunAnswer>
