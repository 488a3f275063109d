// What clients of the API may import: the shapes of answers about who asks, and with what.
import { z } from 'zod'
import { personAnswer, next } from './shared.ts'
import { guestTerms } from './guests.ts'

/** Somebody who has signed in in a browser. `csrf` goes into the header `onrecord-csrf` of what changes something. */
export const sessionAnswer = z.object({
  person: personAnswer,
  session: z.string(),
  csrf: z.string(),
  ends: z.string(),
  /** He has to add a second factor before he may do anything else. */
  lacksFactor: z.boolean(),
})

export type SessionAnswer = z.infer<typeof sessionAnswer>

/** `elsewhere`: where the browser signs out at the identity provider, too; null: there is none, or it cannot. */
export const signedOutAnswer = z.object({ elsewhere: z.string().nullable() })

export const sessionsAnswer = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      /** What the browser said of itself. */
      agent: z.string(),
      since: z.string(),
      /** To the hour. */
      seen: z.string(),
      ends: z.string(),
      isThis: z.boolean(),
    }),
  ),
})

const tokenAnswer = z.object({
  id: z.string(),
  person: z.string(),
  name: z.string(),
  /** What it may be used for: names of permissions. */
  scopes: z.array(z.string()),
  made: z.string(),
  expires: z.string(),
  /** To the hour; null: never. */
  used: z.string().nullable(),
})

export type TokenAnswer = z.infer<typeof tokenAnswer>

/** `token` is told once. */
export const madeToken = tokenAnswer.extend({ token: z.string() })

export const tokensAnswer = z.object({ tokens: z.array(tokenAnswer), next })

/** Names of what he may do, in this way of asking. */
export const selfAnswer = z.object({
  person: personAnswer,
  permissions: z.array(z.string()),
  /** He is no one of the company. */
  guest: z.boolean(),
  /** Of a guest: where and until when; null where nothing was said of him. */
  terms: guestTerms.nullable(),
})

/** What who has a link is told before there is an account. `address`: null where the choice is his. */
export const joinAnswer = z.object({
  domain: z.string(),
  address: z.string().nullable(),
  /** Null: the company’s administration. */
  inviter: z.string().nullable(),
  /** Until when he would be a guest; null: he would be a member. */
  guestUntil: z.string().nullable(),
  expires: z.string(),
})

/** Who may do what. */
export const permissionsAnswer = z.object({
  permissions: z.array(
    z.object({
      name: z.string(),
      roles: z.array(z.string()),
      machine: z.boolean(),
      several: z.boolean(),
      open: z.boolean(),
      /** A grant that is limited to groups, matters or rooms is worth something here. */
      limits: z.boolean(),
    }),
  ),
})

export const waysAnswer = z.object({
  ways: z.array(
    z.object({
      name: z.string(),
      /** What leaves, to whom. */
      what: z.string(),
      /** What turns it on. */
      on: z.string(),
      /** Kinds of records that say so. */
      entries: z.array(z.string()),
      /** Whom it leads to by the settings; null: it is closed, or open for whoever may. */
      to: z.array(z.string()).nullable(),
    }),
  ),
})
