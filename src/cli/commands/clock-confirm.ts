import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const clockConfirm: Command = {
  name: 'clock confirm',
  usage:
    'onrecord clock confirm              say that the clock is right after it jumped far ahead',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const done = await administer(call, { method: 'POST', path: '/v1/clock/confirm' })
    answer(call, 'the clock is confirmed', done)
    return 0
  },
}
