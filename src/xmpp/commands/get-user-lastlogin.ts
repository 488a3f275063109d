// XEP-0133: Service Administration, version 1.3.1, section 4.9
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { accountjids, adminCommand, adminResult, adminStage, peopleIn } from './admin-form.ts'
import { type Command, completed } from './command.ts'

/** When people have signed in last, in the order in which they were asked for. */
export function getUserLastLogin(host: Host): Command {
  const heading = {
    title: "Getting a User's Last Login Time",
    instructions: "Fill out this form to get a user's last login time.",
  }
  const fields = [accountjids('The Jabber ID(s) for which to retrieve the last login time')]
  const stage = adminStage(heading, fields, async (form) => {
    const people = peopleIn(form, host.directory)
    const times: string[] = []
    for (const { id } of people) {
      const at = await host.signIns.last(id)
      // Among others the place is kept.
      if (at !== null || people.length > 1) times.push(at === null ? '' : formatDateTime(at))
    }
    const addresses = people.map(({ address }) => address)
    const never = addresses.filter((_address, index) => (times[index] ?? '') === '')
    const note = never.length === 0 ? 'Found.' : `Not known to have signed in: ${never.join(', ')}.`
    return completed(
      note,
      adminResult([
        { name: 'accountjids', type: 'jid-multi', values: addresses },
        { name: 'lastlogin', type: 'text-single', values: times },
      ]),
    )
  })
  return adminCommand('get-user-lastlogin', 'Get User Last Login Time', () => stage)
}
