import { z } from 'zod'
import { type Posted } from '../../directory/webhooks/ports.ts'

/** A slash command, as somebody typed it: `/deploy shop now`. */
export type Command = { readonly name: string; readonly args: string }

/** Null where it is none of these. */
export function commandIn(text: string | null, names: readonly string[]): Command | null {
  const [, name, args = ''] = /^\/([a-z0-9-]{1,32})(?:\s+([\s\S]*))?$/.exec(text ?? '') ?? []
  return name !== undefined && names.includes(name) ? { name, args: args.trim() } : null
}

const answer = z.looseObject({ text: z.string().min(1).max(20_000) })

/** What the program says to it, if it says something. */
export function answerIn(posted: Posted): string | null {
  if (posted.kind !== 'answer' || posted.body.length === 0) return null
  try {
    const said: unknown = JSON.parse(Buffer.from(posted.body).toString())
    return answer.safeParse(said).data?.text ?? null
  } catch (error) {
    // It answers with something else than JSON, as programs do that have nothing to say.
    if (error instanceof SyntaxError) return null
    throw error
  }
}
