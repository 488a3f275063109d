// XEP-0133: Service Administration, version 1.3.1, sections 4.13 to 4.17
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Host } from '../host.ts'
import { adminCommand, adminResult } from './admin-form.ts'
import { type Command, completed } from './command.ts'
import { type KindOfPeople } from './kinds-of-people.ts'
import { title } from './title.ts'

/** How many people of a kind there are. */
export function countUsers(host: Host, { name, numberField, of }: KindOfPeople): Command {
  return adminCommand(`get-${name}-users-num`, `Get Number of ${title(name)} Users`, () => {
    const count = String(of(host).length)
    const label = `The number of ${name} users`
    const field = { name: numberField, type: 'text-single', label, values: [count] } as const
    return completed(`${count} ${name}.`, adminResult([field]))
  })
}
