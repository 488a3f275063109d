// XEP-0133: Service Administration, version 1.3.1, sections 4.27 and 4.28
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { actorOf, adminCommand, adminStage, linesIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { deleteNotice } from './delete-notice.ts'

/** Who is added from now on is told when he comes for the first time. */
export function setWelcome({ administration }: Host): Command {
  const heading = {
    title: 'Setting Welcome Message',
    instructions: 'Fill out this form to set the welcome message for this service.',
  }
  return adminCommand('set-welcome', 'Set Welcome Message', () => {
    const values = administration.standing('welcome')?.text.split('\n') ?? []
    const field = {
      name: 'welcome',
      type: 'text-multi',
      label: 'Welcome Message',
      values,
      isRequired: true,
    } as const
    return adminStage(heading, [field], async (form, asker) => {
      const text = linesIn(form, 'welcome')
      await administration.set('welcome', { text, keepsId: true }, actorOf(asker))
      return completed('Set, for those who are added from now on.')
    })
  })
}

export function deleteWelcome(host: Host): Command {
  return deleteNotice(host, 'welcome', {
    node: 'delete-welcome',
    title: 'Delete Welcome Message',
    done: 'There is no welcome message any more.',
  })
}
