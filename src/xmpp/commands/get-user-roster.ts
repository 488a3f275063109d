// XEP-0133: Service Administration, version 1.3.1, section 4.8
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Person } from '../../directory/ports.ts'
import { el, type Element, withChildren } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Host } from '../host.ts'
import { itemElement, NS_ROSTER } from '../rosters.ts'
import {
  accountjids,
  actorOf,
  adminCommand,
  adminResult,
  adminStage,
  peopleIn,
} from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { badPayload } from './errors.ts'

/** Rosters in one answer: each may have 2,000 contacts. */
const rostersMax = 10

/** Shows the contacts of people. What was shown to whom is on record before, as it has words that people wrote. */
export function getUserRoster(host: Host): Command {
  const heading = {
    title: "Getting a User's Roster",
    instructions: "Fill out this form to get a user's roster.",
  }
  const fields = [accountjids('The Jabber ID(s) for which to retrieve the roster')]
  const stage = adminStage(heading, fields, async (form, asker) => {
    const people = peopleIn(form, host.directory)
    if (people.length > rostersMax)
      throw badPayload(`At most ${rostersMax} rosters can be asked for at a time.`)
    const rosters: Element[] = []
    for (const person of people) rosters.push(await rosterOf(host, person))
    const addresses = people.map(({ address }) => address)
    const result = adminResult([{ name: 'accountjids', type: 'jid-multi', values: addresses }])
    const shown = withChildren(result, [...result.children, ...rosters])
    const ids = people.map(({ id }) => id)
    const act = { kind: 'roster.read', people: ids, shown: serialize(shown) } as const
    await host.administration.note(act, actorOf(asker))
    return completed(`The contacts of ${addresses.join(', ')}.`, shown)
  })
  return adminCommand('get-user-roster', 'Get User Roster', () => stage)
}

async function rosterOf({ accounts }: Host, person: Person): Promise<Element> {
  const { roster } = await accounts.load(person)
  const items = [...roster.values()].filter(({ listed }) => listed).map(itemElement)
  return el('query', NS_ROSTER, {}, ...items)
}
