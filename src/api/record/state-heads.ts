import { z } from 'zod'
import { toBase64, toHex } from '../../base/bytes.ts'
import { headsWantedMax, type StatedHeads, statedHeads } from '../contract/shared.ts'
import { type HandleName } from '../../record/heads/ports.ts'
import { type Statements } from '../../record/heads/statements.ts'
import { nothing, route } from '../door/route.ts'

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
    return { status: 201, body: await statedOf(statements, wanted) }
  },
})

/** As bundles have it. @param wanted of which conversations; nothing is stated for none */
export async function statedFor(
  statements: Pick<Statements, 'heads'>,
  wanted: readonly HandleName[],
): Promise<readonly StatedHeads[]> {
  return wanted.length === 0 ? [] : [await statedOf(statements, wanted)]
}

async function statedOf(
  statements: Pick<Statements, 'heads'>,
  wanted: readonly HandleName[],
): Promise<StatedHeads> {
  const { position, proved } = await statements.heads(wanted)
  const shown = proved.map(({ bucket, handle, next, last, leaf, path }) => ({
    bucket,
    handle: toHex(handle),
    next,
    last,
    leaf,
    path: path.map(toBase64),
  }))
  return { position, proved: shown }
}
