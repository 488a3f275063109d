import { z } from 'zod'
import { sharesMax } from '../../record/keys/recovery-shares.ts'
import { nothing, route } from '../door/route.ts'
import {
  droppedPaper,
  keysAnswer,
  papersAnswer,
  signersAnswer,
  turnedAnswer,
} from '../contract/shared.ts'

export const listKeys = route({
  method: 'GET',
  path: '/v1/keys',
  permission: 'keys.see',
  summary: 'The keys of the vault, each asked for at its holder, and the papers that there are.',
  answer: keysAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async (_input, { keys }) => ({ status: 200, body: await keys.standing() }),
})

export const turnKeys = route({
  method: 'POST',
  path: '/v1/keys/turn',
  permission: 'keys.manage',
  summary: 'New keys in each holder that the settings name; the old ones are destroyed everywhere.',
  answer: turnedAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by: { persons } }, { keys }) {
    const { turned, kits } = await keys.turn(persons[0] ?? null)
    return { status: 200, body: { ...turned, kits: kits.map((kit) => kit.reveal()) } }
  },
})

export const issueShares = route({
  method: 'POST',
  path: '/v1/keys/shares',
  permission: 'keys.manage',
  summary: 'Recovery shares, which are told once.',
  answer: papersAnswer,
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      threshold: z.int().min(2).max(sharesMax),
      of: z.int().min(2).max(sharesMax),
    })
    .refine(({ threshold, of }) => threshold <= of, {
      error: 'asks for more shares than there are: give a threshold of `of` at most',
    }),
  async handle({ body: { threshold, of }, by: { persons } }, { keys }) {
    const papers = await keys.shares({ threshold, of }, persons[0] ?? null)
    return { status: 201, body: { papers: papers.map((paper) => paper.reveal()) } }
  },
})

export const issueKits = route({
  method: 'POST',
  path: '/v1/keys/kits',
  permission: 'keys.manage',
  summary: 'Recovery kits of the keys that lie in files, which are told once.',
  answer: papersAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by: { persons } }, { keys }) {
    const papers = await keys.kits(persons[0] ?? null)
    return { status: 201, body: { papers: papers.map((paper) => paper.reveal()) } }
  },
})

export const changeSigners = route({
  method: 'POST',
  path: '/v1/keys/signing',
  permission: 'keys.manage',
  summary: 'New keys for the log to sign with, at once.',
  answer: signersAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by: { persons } }, { keys }) => ({
    status: 200,
    body: await keys.changeSigners(persons[0] ?? null),
  }),
})

export const dropPaper = route({
  method: 'DELETE',
  path: '/v1/keys/papers/:id',
  permission: 'keys.manage',
  summary: 'Somebody says that a kit, or enough of the shares, is destroyed.',
  answer: droppedPaper,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by: { persons } }, { keys }) {
    await keys.drop(id, persons[0] ?? null)
    return { status: 200, body: { id } }
  },
})
