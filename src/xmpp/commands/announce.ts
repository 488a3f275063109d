// XEP-0133: Service Administration, version 1.3.1, section 4.23
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { actorOf, adminCommand, adminStage, linesIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { type Notices } from './notices.ts'

/** Tells everybody who is signed in. */
export function announce(host: Host, notices: Notices): Command {
  const heading = {
    title: 'Making an Announcement',
    instructions: 'Fill out this form to make an announcement to all active users of this service.',
  }
  const field = {
    name: 'announcement',
    type: 'text-multi',
    label: 'Announcement',
    isRequired: true,
  } as const
  const stage = adminStage(heading, [field], async (form, asker) => {
    const text = linesIn(form, 'announcement')
    await host.administration.note({ kind: 'notice.announce', text }, actorOf(asker))
    const count = await notices.announce(text)
    return completed(`Told ${count} ${count === 1 ? 'person' : 'people'}.`)
  })
  return adminCommand('announce', 'Send Announcement to Online Users', () => stage)
}
