import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userGroups: Command = {
  name: 'user groups',
  usage:
    "onrecord user groups ADDRESS LIST   say which groups a person is in: names with commas between, or '' for none",
  options: settingsOptions,
  words: 2,
  async run(call) {
    const [address = '', list = ''] = call.args
    const groups = list.split(',').filter((name) => name !== '')
    const path = `${personPath(address)}/groups`
    const done = await administer(call, { method: 'PUT', path, body: { groups } })
    answer(
      call,
      groups.length === 0 ? `${address} is in no group` : `${address} is in ${groups.join(', ')}`,
      done,
    )
    return 0
  },
}
