import { left } from '../../api/contract/people.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

export const userLeave: Command = {
  name: 'user leave',
  usage:
    'onrecord user leave ADDRESS         somebody has left the company: end all access, give rooms that nobody else owns to the manager or [--successor ADDRESS], begin retention periods [--as ADDRESS]',
  options: { ...settingsOptions, successor: { type: 'string' }, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const successor = textOption(call, 'successor')
    const body = successor === undefined ? {} : { successor }
    const path = `${personPath(address)}/leave`
    const done = await administer(call, { method: 'POST', path, body })
    const said = left.parse(done)
    const lines = [
      said.hadLeft
        ? `${address} had left before`
        : `${address} has left: nobody signs in as that person`,
      `sessions ended\t${said.sessions}`,
      `tokens worth nothing\t${said.tokens}`,
      ...said.rooms.map((room) => `new owner\t${room}\t${said.successor}`),
      said.leaver === null
        ? 'retention\tit was on record that this person has left'
        : `retention\trecord ${said.leaver} says that this person has left`,
      `stays in groups\t${said.groups.join(', ') || '-'}`,
    ]
    answer(call, lines.join('\n'), done)
    return 0
  },
}
