// What clients of the API may import: the shapes of answers about acts, and about who looked at what.
import { z } from 'zod'

export const auditEntry = z.object({
  position: z.number(),
  at: z.string(),
  kind: z.string(),
  actor: z.enum(['person', 'invitation', 'machine', 'server', 'ldap', 'scim', 'provider']),
  /** Who did it: an address, or an id where he has none any more. */
  by: z.string().nullable(),
  /** `session:ID`, `token:ID`, `socket`, `client:RESOURCE`; '' for the server itself. */
  through: z.string(),
  /** Addresses, or ids. */
  about: z.array(z.string()),
  purpose: z.string().nullable(),
  matter: z.string().nullable(),
  approvals: z.array(z.string()),
  /** All of it in one sentence. */
  sentence: z.string(),
  details: z.record(z.string(), z.unknown()),
})

export type AuditEntryAnswer = z.infer<typeof auditEntry>

export const auditAnswer = z.object({
  entries: z.array(auditEntry),
  /** What to ask for as `before`; null: there is no more. */
  next: z.number().nullable(),
})

/** Who looked at how much under which purpose, within a month. */
export const digestAnswer = z.object({
  month: z.string(),
  lines: z.array(
    z.object({
      person: z.string(),
      category: z.string(),
      purpose: z.string(),
      matter: z.string().nullable(),
      searches: z.number(),
      opened: z.number(),
      exports: z.number(),
      connections: z.number(),
    }),
  ),
  /** Acts under purposes that are in no line. */
  more: z.number(),
  totals: z.object({
    searches: z.number(),
    opened: z.number(),
    exports: z.number(),
    connections: z.number(),
  }),
})

export const connectionsAnswer = z.object({
  connections: z.array(
    z.object({
      id: z.number(),
      at: z.string(),
      /** An address, an id, or null: the name that was tried is none here. */
      person: z.string().nullable(),
      what: z.enum(['sign-in', 'refused', 'token', 'end']),
      how: z.string(),
      address: z.string(),
      agent: z.string(),
    }),
  ),
  /** What to ask for as `before`; null: there is no more. */
  next: z.number().nullable(),
  /** How long they are kept. */
  days: z.number(),
})

/** What is kept about somebody. */
export const keptAnswer = z.object({
  person: z.string(),
  role: z.string(),
  groups: z.array(z.string()),
  /** What he has said and done that is on record; what was disposed of counts. */
  records: z.number(),
  /** What he says may go into, each with how long that is kept. */
  classes: z.array(z.object({ name: z.string(), keep: z.string(), authority: z.string() })),
  exemptions: z.array(z.object({ from: z.string(), reason: z.string() })),
  /** Connection data, beside the record. */
  connectionDays: z.number(),
  devices: z.array(
    z.object({ software: z.string(), device: z.string(), first: z.string(), seen: z.string() }),
  ),
  sessions: z.array(z.object({ agent: z.string(), since: z.string(), seen: z.string() })),
  tokens: z.array(z.object({ name: z.string(), scopes: z.array(z.string()), expires: z.string() })),
  appPasswords: z.array(
    z.object({ name: z.string(), expires: z.string(), used: z.string().nullable() }),
  ),
  /** How many records officers were shown that he wrote or got: not by whom, and not of the newest months. */
  looks: z.array(z.object({ month: z.string(), category: z.string(), records: z.number() })),
  /** Months that are not shown yet. */
  looksShownAfter: z.number(),
})

export type KeptAnswer = z.infer<typeof keptAnswer>
