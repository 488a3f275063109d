import { z } from 'zod'
import { type GivenButtons, givenButtons } from '../contract/chat.ts'
import { type Posted } from '../../directory/webhooks/ports.ts'

/** A slash command, as somebody typed it: `/deploy shop now`. */
export type Command = { readonly name: string; readonly args: string }

/** Null where it is none of these. */
export function commandIn(text: string | null, names: readonly string[]): Command | null {
  const [, name, args = ''] = /^\/([a-z0-9-]{1,32})(?:\s+([\s\S]*))?$/.exec(text ?? '') ?? []
  return name !== undefined && names.includes(name) ? { name, args: args.trim() } : null
}

const text = z.string().min(1).max(20_000)
const answer = z.looseObject({
  text: text.optional(),
  buttons: givenButtons.optional(),
  replace: z.strictObject({ text, buttons: givenButtons.optional() }).optional(),
})

/** What the program says to it, and whether that is put in the place of the message whose button was pressed. */
export type Answer = {
  readonly text: string
  readonly isReplacement: boolean
  readonly buttons: GivenButtons | null
}

/** Null: it says nothing. */
export function answerIn(posted: Posted): Answer | null {
  if (posted.kind !== 'answer' || posted.body.length === 0) return null
  try {
    const said: unknown = JSON.parse(Buffer.from(posted.body).toString())
    const { replace, text: one, buttons = null } = answer.safeParse(said).data ?? {}
    if (replace)
      return { text: replace.text, isReplacement: true, buttons: replace.buttons ?? null }
    return one === undefined ? null : { text: one, isReplacement: false, buttons }
  } catch (error) {
    // It answers with something else than JSON, as programs do that have nothing to say.
    if (error instanceof SyntaxError) return null
    throw error
  }
}
