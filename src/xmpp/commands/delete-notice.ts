import { type NoticeName } from '../../directory/administration.ts'
import { type Host } from '../host.ts'
import { actorOf, adminCommand, asRefusals } from './admin-form.ts'
import { type Command, completed } from './command.ts'

/** A command without a form: what stands does not stand any more. Where nothing does, nothing is done. */
export function deleteNotice(
  { administration }: Host,
  name: NoticeName,
  { node, title, done }: { readonly node: string; readonly title: string; readonly done: string },
): Command {
  return adminCommand(node, title, async (asker) => {
    if (administration.standing(name)) {
      const by = actorOf(asker)
      const change = { text: null, keepsId: false } as const
      await asRefusals(async () => await administration.set(name, change, by))
    }
    return completed(done)
  })
}
