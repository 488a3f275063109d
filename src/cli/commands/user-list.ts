import { peopleAnswer } from '../../api/contract/shared.ts'
import { administerAll } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userList: Command = {
  name: 'user list',
  usage: 'onrecord user list                  list everybody, with role, state and name',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/people', 'people')
    const { people } = peopleAnswer.parse(list)
    const lines = people.map(({ address, role, state, name }) =>
      [address, role, state, name ?? '-'].join('\t'),
    )
    answer(call, lines.length === 0 ? 'nobody yet: onrecord user add' : lines.join('\n'), list)
    return 0
  },
}
