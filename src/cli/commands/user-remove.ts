import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userRemove: Command = {
  name: 'user remove',
  usage: 'onrecord user remove ADDRESS        remove a person; what was said stays on the record',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    await administer(call, { method: 'DELETE', path: personPath(address) })
    answer(call, `removed ${address}`, { removed: address })
    return 0
  },
}
