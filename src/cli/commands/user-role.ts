import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'
import { roleOf } from '../role.ts'

export const userRole: Command = {
  name: 'user role',
  usage: 'onrecord user role ADDRESS ROLE     give the person another role',
  options: settingsOptions,
  words: 2,
  async run(call) {
    const [address = '', typed = ''] = call.args
    const role = roleOf(typed)
    const path = `${personPath(address)}/role`
    const person = await administer(call, { method: 'PUT', path, body: { role } })
    answer(call, `${address} has the role ${role}`, person)
    return 0
  },
}
