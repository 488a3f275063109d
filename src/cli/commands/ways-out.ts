import { waysAnswer } from '../../api/contract/access.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const waysOutCommand: Command = {
  name: 'ways-out',
  usage:
    'onrecord ways-out                   list everything by which something can leave, and what is open',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administer(call, { method: 'GET', path: '/v1/ways-out' })
    const lines = waysAnswer
      .parse(list)
      .ways.map(({ name, what, on, to }) => [name, to?.join(', ') ?? '-', on, what].join('\t'))
    answer(call, lines.join('\n'), list)
    return 0
  },
}
