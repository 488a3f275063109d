// XEP-0133: Service Administration, version 1.3.1, section 4.7
// Source: https://xmpp.org/extensions/xep-0133.html
import { Secret } from '../../base/secret.ts'
import { type Host } from '../host.ts'
import { accountjid, actorOf, adminCommand, adminStage, only, personIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { mustBeOrdinary } from './ordinary.ts'

/** Sets a new password, which ends the sessions of its person. */
export function changeUserPassword(host: Host): Command {
  const heading = {
    title: 'Changing a User Password',
    instructions: "Fill out this form to change a user's password.",
  }
  const fields = [
    accountjid('The Jabber ID for this account'),
    {
      name: 'password',
      type: 'text-private',
      label: 'The password for this account',
      isRequired: true,
    },
  ] as const
  const stage = adminStage(heading, fields, async (form, asker) => {
    const person = personIn(form, host.directory)
    const password = new Secret(only(form, 'password'))
    mustBeOrdinary(person, host.directory)
    const own = person.id === asker.person?.id ? asker.speaker.session : null
    // His own goes on: it is the one that knows the new password.
    if (own) host.spared.add(own)
    try {
      await host.directory.setPassword(person.id, password, actorOf(asker))
    } finally {
      if (own) host.spared.delete(own)
    }
    return completed(`Set a new password for ${person.address}.`)
  })
  return adminCommand('change-user-password', 'Change User Password', () => stage)
}
