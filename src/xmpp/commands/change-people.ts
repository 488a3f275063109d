// XEP-0133: Service Administration, version 1.3.1, sections 4.2 to 4.4
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Actor, type Person } from '../../directory/ports.ts'
import { type Host } from '../host.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { accountjids, actorOf, adminCommand, adminStage, peopleIn } from './admin-form.ts'
import { type Asker, type Command, completed } from './command.ts'

/** Removes people. What they said stays on the record. */
export function deleteUser({ directory }: Host): Command {
  return changing(directory, {
    node: 'delete-user',
    name: 'Delete User',
    heading: { title: 'Deleting a User', instructions: 'Fill out this form to delete a user.' },
    label: 'The Jabber ID(s) to delete',
    done: 'Deleted',
    refuse: notOneself,
    change: async ({ id }, by) => await directory.remove(id, by),
  })
}

/** Ends their sessions, and lets nobody sign in as them. */
export function disableUser({ directory }: Host): Command {
  return changing(directory, {
    node: 'disable-user',
    name: 'Disable User',
    heading: { title: 'Disabling a User', instructions: 'Fill out this form to disable a user.' },
    label: 'The Jabber ID(s) to disable',
    done: 'Disabled',
    refuse: notOneself,
    change: async ({ id }, by) => await directory.setEnabled(id, { enabled: false, by }),
  })
}

export function reenableUser({ directory }: Host): Command {
  return changing(directory, {
    node: 'reenable-user',
    name: 'Re-Enable User',
    heading: { title: 'Re-Enable a User', instructions: 'Fill out this form to re-enable a user.' },
    label: 'The Jabber ID(s) to re-enable',
    done: 'Re-enabled',
    refuse() {},
    change: async ({ id }, by) => await directory.setEnabled(id, { enabled: true, by }),
  })
}

type Changing = {
  readonly node: string
  readonly name: string
  readonly heading: { readonly title: string; readonly instructions: string }
  readonly label: string
  readonly done: string
  readonly refuse: (person: Person, asker: Asker) => void
  readonly change: (person: Person, by: Actor) => Promise<void>
}

function changing(directory: Host['directory'], what: Changing): Command {
  const stage = adminStage(what.heading, [accountjids(what.label)], async (form, asker) => {
    const people = peopleIn(form, directory)
    const by = actorOf(asker)
    for (const person of people) what.refuse(person, asker)
    for (const person of people) await what.change(person, by)
    return completed(`${what.done} ${people.map(({ address }) => address).join(', ')}.`)
  })
  return adminCommand(what.node, what.name, () => stage)
}

/** Who locks himself out cannot take it back, and nobody may be left who could. */
function notOneself({ id }: Person, { person }: Asker): void {
  if (id !== person?.id) return
  throw new StanzaError('not-allowed', { text: 'Nobody does this to himself.' })
}
