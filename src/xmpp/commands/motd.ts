// XEP-0133: Service Administration, version 1.3.1, sections 4.24 to 4.26
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { type FormField } from '../wire/data-form.ts'
import { actorOf, adminCommand, adminStage, linesIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { deleteNotice } from './delete-notice.ts'
import { type Notices } from './notices.ts'

function field(values: readonly string[] = []): FormField {
  return { name: 'motd', type: 'text-multi', label: 'Message of the Day', values, isRequired: true }
}

/** Everybody is told once: who is signed in at once, the others when they come. */
export function setMotd(host: Host, notices: Notices): Command {
  const heading = {
    title: 'Setting the Message of the Day',
    instructions: 'Fill out this form to set the message of the day.',
  }
  const stage = adminStage(heading, [field()], async (form, asker) => {
    const text = linesIn(form, 'motd')
    await host.administration.set('motd', { text, keepsId: false }, actorOf(asker))
    const count = await notices.motdSet()
    return completed(`Set. ${count} ${count === 1 ? 'person is' : 'people are'} signed in.`)
  })
  return adminCommand('set-motd', 'Set Message of the Day', () => stage)
}

/** Other words for the same message: those who were told it are not told again. */
export function editMotd(host: Host, notices: Notices): Command {
  const heading = {
    title: 'Editing the Message of the Day',
    instructions: 'Fill out this form to edit the message of the day.',
  }
  return adminCommand('edit-motd', 'Edit Message of the Day', () => {
    const lines = host.administration.standing('motd')?.text.split('\n')
    return adminStage(heading, [field(lines)], async (form, asker) => {
      const text = linesIn(form, 'motd')
      await host.administration.set('motd', { text, keepsId: true }, actorOf(asker))
      await notices.motdSet()
      return completed('Changed, for those who come from now on.')
    })
  })
}

export function deleteMotd(host: Host): Command {
  return deleteNotice(host, 'motd', {
    node: 'delete-motd',
    title: 'Delete Message of the Day',
    done: 'There is no message of the day any more.',
  })
}
