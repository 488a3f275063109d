import { connectionsAnswer } from '../../api/contract/audit.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption, WrongUsage } from '../command.ts'

export const userConnections: Command = {
  name: 'user connections',
  usage:
    'onrecord user connections ADDRESS   from where somebody has connected: --as ADDRESS --purpose TEXT [--matter NAME] [--before ID]',
  options: {
    ...settingsOptions,
    as: { type: 'string' },
    purpose: { type: 'string' },
    matter: { type: 'string' },
    before: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [person = ''] = call.args
    const [purpose = '', matter, before] = ['purpose', 'matter', 'before'].map((name) =>
      textOption(call, name),
    )
    if (purpose === '')
      throw new WrongUsage('--purpose is missing: say what for, as it goes on record')
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      throw new WrongUsage(`--before is a number, and not ${before}`)
    const body = {
      person,
      purpose,
      ...(matter !== undefined && { matter }),
      ...(before !== undefined && { before: Number(before) }),
    }
    const path = '/v1/connections/read'
    const found = connectionsAnswer.parse(await administer(call, { method: 'POST', path, body }))
    const lines = found.connections.map(({ at, what, how, address, agent }) =>
      [at, what, how, address, agent === '' ? '-' : agent].join('\t'),
    )
    if (lines.length === 0) lines.push(`nothing was kept within ${found.days} days`)
    if (found.next !== null) lines.push(`more: --before ${found.next}`)
    answer(call, lines.join('\n'), found)
    return 0
  },
}
