import { alarmAnswer, alarmsAnswer } from '../../api/contract/alarms.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const alarmList: Command = {
  name: 'alarm list',
  usage: 'onrecord alarm list                 list what has to be looked at, what is open first',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administer(call, { method: 'GET', path: '/v1/alarms' })
    const { alarms } = alarmsAnswer.parse(list)
    const lines = alarms.map(({ id, state, severity, last, count, event, says }) =>
      [id, state, severity, last, `${count} times`, event, says].join('\t'),
    )
    answer(call, lines.length === 0 ? 'there are no alarms' : lines.join('\n'), list)
    return 0
  },
}

function changing(word: string, state: 'seen' | 'owned' | 'closed', what: string): Command {
  return {
    name: `alarm ${word}`,
    usage: `onrecord alarm ${word} ID`.padEnd(36) + what,
    options: { ...settingsOptions, as: { type: 'string' } },
    words: 1,
    async run(call) {
      const [id = ''] = call.args
      const path = `/v1/alarms/${encodeURIComponent(id)}/state`
      const changed = await administer(call, { method: 'PUT', path, body: { state } })
      answer(call, `${alarmAnswer.parse(changed).event} is ${state}`, changed)
      return 0
    },
  }
}

export const alarmSeen = changing('seen', 'seen', 'say that you have looked at an alarm')
export const alarmOwn = changing('own', 'owned', 'say that you see to it [--as ADDRESS]')
export const alarmClose = changing(
  'close',
  'closed',
  'say that it is over; if it comes again it is new',
)
