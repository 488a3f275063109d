// What clients of the API may import: the shapes of answers about grants, approvals and sealed roles.
import { z } from 'zod'
import { next } from './shared.ts'

const grantAnswer = z.object({
  id: z.string(),
  /** An address, or the id of somebody who has none any more; so are the others. */
  person: z.string(),
  role: z.string(),
  /** Limits: all that are given have to fit, each with one of its list. Rooms by address, or by id when they are gone. */
  groups: z.array(z.string()),
  matters: z.array(z.string()),
  rooms: z.array(z.string()),
  /** In whose place a successor is. */
  of: z.object({ person: z.string(), direct: z.boolean() }).nullable(),
  from: z.string(),
  /** Null: until it is taken back. */
  until: z.string().nullable(),
  isInForce: z.boolean(),
  reason: z.string(),
  /** Who has given it, and who agreed; nobody: the machine's own command line. */
  by: z.array(z.string()),
})

export type GrantAnswer = z.infer<typeof grantAnswer>

export const oneGrantAnswer = z.object({ grant: grantAnswer })

export const grantsAnswer = z.object({ grants: z.array(grantAnswer), next })

const decisionAnswer = z.object({ by: z.string(), at: z.string() })

/** Something that waits, or waited, for another person. */
const requestAnswer = z.object({
  id: z.string(),
  act: z.string(),
  /** Who has asked. */
  person: z.string(),
  words: z.string(),
  reason: z.string(),
  asked: z.string(),
  /** Null: it waits for ever. */
  expires: z.string().nullable(),
  /** What who approves has to say himself. */
  expressly: z.string().optional(),
  needs: z.number(),
  approvals: z.array(decisionAnswer),
  refused: decisionAnswer.extend({ reason: z.string() }).nullable(),
  /** waits, approved, refused, expired, begun, done, failed, unknown */
  state: z.string(),
  isOwn: z.boolean(),
  mayApprove: z.boolean(),
  /** What the route has answered, for who has asked it. */
  answer: z.unknown().optional(),
})

export type RequestAnswer = z.infer<typeof requestAnswer>

/** 202: nothing was done yet. */
export const waitingAnswer = z.object({ waits: requestAnswer })

export const approvalsAnswer = z.object({ approvals: z.array(requestAnswer), next })

export const oneApprovalAnswer = z.object({ approval: requestAnswer })

/** Null: it is told where it is listed, with its own count. */
export const decidedAnswer = z.object({ id: z.string(), state: z.string().nullable() })
