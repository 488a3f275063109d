import { z } from 'zod'
import { toBase64, toHex } from '../base/bytes.ts'
import { headsWantedMax, type StatedHeads, statedHeads } from './contract.ts'
import { nothing, route } from './route.ts'

const body = z.strictObject({
  wanted: z
    .array(
      z.strictObject({
        bucket: z.number().int().min(0).max(0xffff_ffff),
        handle: z.string().regex(/^[0-9a-f]{16}$/, 'is no handle: give its 16 hex digits'),
      }),
    )
    .min(1)
    .max(headsWantedMax),
})

export const stateHeads = route({
  method: 'POST',
  path: '/v1/heads',
  permission: 'heads.state',
  summary:
    'Has the log state how many records each conversation has, and proves what it says of some: for an export.',
  answer: statedHeads,
  params: nothing,
  query: nothing,
  body,
  async handle({ body: { wanted } }, { statements }) {
    const { position, proved } = await statements.heads(wanted)
    const shown = proved.map(({ bucket, handle, next, last, leaf, path }) => ({
      bucket,
      handle: toHex(handle),
      next,
      last,
      leaf,
      path: path.map(toBase64),
    }))
    return { status: 201, body: { position, proved: shown } satisfies StatedHeads }
  },
})
