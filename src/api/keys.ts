import { z } from 'zod'
import { OperatorError } from '../base/errors.ts'
import { type Directory } from '../directory/ports.ts'
import { type KeyActor } from '../record/keys/keeping.ts'
import { sharesMax } from '../record/keys/recovery-shares.ts'
import { nothing, personAt, route } from './route.ts'

/** Who acts; left out: the machine's own command line. */
const as = z.string().min(3).max(3_071).optional()
const acting = z.strictObject({ as })

/** The keys of the vault, each asked for at its holder, and the papers that there are. */
export const listKeys = route({
  method: 'GET',
  path: '/v1/keys',
  params: nothing,
  body: nothing,
  handle: async (_input, { keys }) => ({ status: 200, body: await keys.standing() }),
})

/** New keys in each holder that the settings name; the old ones are destroyed everywhere. */
export const turnKeys = route({
  method: 'POST',
  path: '/v1/keys/turn',
  params: nothing,
  body: acting,
  async handle({ body }, { directory, keys }) {
    const { turned, kits } = await keys.turn(actorOf(directory, body.as))
    return { status: 200, body: { ...turned, kits: kits.map((kit) => kit.reveal()) } }
  },
})

/** Recovery shares, which are told once. */
export const issueShares = route({
  method: 'POST',
  path: '/v1/keys/shares',
  params: nothing,
  body: z
    .strictObject({
      threshold: z.int().min(2).max(sharesMax),
      of: z.int().min(2).max(sharesMax),
      as,
    })
    .refine(({ threshold, of }) => threshold <= of, { error: 'more are needed than there are' }),
  async handle({ body: { threshold, of, as: who } }, { directory, keys }) {
    const papers = await keys.shares({ threshold, of }, actorOf(directory, who))
    return { status: 201, body: { papers: papers.map((paper) => paper.reveal()) } }
  },
})

/** Recovery kits of the keys that lie in files, which are told once. */
export const issueKits = route({
  method: 'POST',
  path: '/v1/keys/kits',
  params: nothing,
  body: acting,
  async handle({ body }, { directory, keys }) {
    const papers = await keys.kits(actorOf(directory, body.as))
    return { status: 201, body: { papers: papers.map((paper) => paper.reveal()) } }
  },
})

/** New keys for the log to sign with, from the next start on. */
export const changeSigners = route({
  method: 'POST',
  path: '/v1/keys/signing',
  params: nothing,
  body: acting,
  handle: async ({ body }, { directory, keys }) => ({
    status: 200,
    body: await keys.changeSigners(actorOf(directory, body.as)),
  }),
})

/** Somebody says that a kit, or enough of the shares, is destroyed. */
export const dropPaper = route({
  method: 'DELETE',
  path: '/v1/keys/papers/:id',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  body: acting,
  async handle({ params: { id }, body }, { directory, keys }) {
    await keys.drop(id, actorOf(directory, body.as))
    return { status: 200, body: { id } }
  },
})

/** @throws {OperatorError} unless it is an administrator who may act */
function actorOf(directory: Directory, address: string | undefined): KeyActor {
  if (address === undefined) return null
  const { id, role, enabled } = personAt(directory, address)
  if (enabled && role === 'administrator') return id
  const text = `${address} is no administrator who may sign in: the keys of the record are an administrator's.`
  throw new OperatorError('people.not-allowed', text)
}
