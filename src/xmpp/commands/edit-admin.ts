// XEP-0133: Service Administration, version 1.3.1, section 4.29
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Person } from '../../directory/ports.ts'
import { type Host } from '../host.ts'
import { type Form } from '../wire/data-form.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { actorOf, adminCommand, adminStage, jidsIn, personAt } from './admin-form.ts'
import { type Asker, type Command, completed, type Completed } from './command.ts'
import { mustBeOrdinary } from './ordinary.ts'

/** Makes administrators of members, and members of administrators. */
export function editAdmin(host: Host): Command {
  const heading = {
    title: 'Editing the Admin List',
    instructions:
      'Fill out this form to edit the list of entities who have administrative privileges.',
  }
  return adminCommand('edit-admin', 'Edit Admin List', () => {
    const values = administrators(host).map(({ address }) => address)
    const field = { name: 'adminjids', type: 'jid-multi', label: 'The admin list', values } as const
    return adminStage(heading, [field], async (form, asker) => await change(host, form, asker))
  })
}

function administrators({ directory }: Host): Person[] {
  return directory.list().filter(({ role }) => role === 'administrator')
}

async function change(host: Host, form: Form, asker: Asker): Promise<Completed> {
  const { directory } = host
  const wanted = jidsIn(form, 'adminjids').map((jid) => personAt(jid, directory))
  const ids = new Set(wanted.map(({ id }) => id))
  if (asker.person && !ids.has(asker.person.id))
    throw new StanzaError('not-allowed', { text: 'Nobody takes the role from himself.' })
  const added = wanted.filter(({ role }) => role !== 'administrator')
  const removed = administrators(host).filter(({ id }) => !ids.has(id))
  for (const person of added) mustBeOrdinary(person, directory)
  const by = actorOf(asker)
  for (const { id } of added) await directory.setRole(id, 'administrator', by)
  for (const { id } of removed) await directory.setRole(id, 'member', by)
  return completed(`Administrators: ${wanted.map(({ address }) => address).join(', ')}.`)
}
