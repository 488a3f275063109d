import { peopleAnswer } from '../../api/contract.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userList: Command = {
  name: 'user list',
  usage: 'onrecord user list                  list everybody, with role and state',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administer(call, { method: 'GET', path: '/v1/people' })
    const { people } = peopleAnswer.parse(list)
    const lines = people.map(
      ({ address, role, enabled }) => `${address}\t${role}\t${enabled ? 'enabled' : 'disabled'}`,
    )
    answer(call, lines.length === 0 ? 'nobody yet: onrecord user add' : lines.join('\n'), list)
    return 0
  },
}
