// XEP-0133: Service Administration, version 1.3.1, section 4.10
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { accountjid, adminCommand, adminResult, adminStage, personIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'

/** What is known of a person's devices without looking at what he says. Stanzas and sign-ins are not counted for each person. */
export function userStats(host: Host): Command {
  const heading = {
    title: 'Get User Statistics',
    instructions: 'Fill out this form to gather user statistics.',
  }
  const stage = adminStage(heading, [accountjid('The Jabber ID for statistics')], async (form) => {
    const person = personIn(form, host.directory)
    const { roster } = await host.accounts.load(person)
    const sessions = host.accounts.sessionsOf(person.id)
    const addresses = new Set(sessions.map(({ resource }) => resource.client.address))
    addresses.delete('')
    const size = [...roster.values()].filter(({ listed }) => listed).length
    const resources = sessions.map(({ jid }) => jid.resource ?? '')
    return completed(
      `${person.address} is signed in with ${sessions.length} ${sessions.length === 1 ? 'device' : 'devices'}.`,
      adminResult([
        { name: 'ipaddresses', type: 'text-multi', values: [...addresses] },
        { name: 'rostersize', type: 'text-single', values: [String(size)] },
        { name: 'onlineresources', type: 'text-multi', values: resources },
      ]),
    )
  })
  return adminCommand('user-stats', 'Get User Statistics', () => stage)
}
