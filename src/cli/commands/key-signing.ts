import { signersAnswer } from '../../api/contract/shared.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const keySigning: Command = {
  name: 'key signing',
  usage:
    'onrecord key signing                give the log new keys to sign with, from now on [--as ADDRESS]',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 0,
  async run(call) {
    const act = { method: 'POST', path: '/v1/keys/signing', body: {} } as const
    const change = signersAnswer.parse(await administer(call, act))
    const lines = [
      'The log signs with these keys from now on. Give them to everybody who verifies, with the whole answer of --json,',
      'in which the old keys sign for them:',
      ...change.new.map((key) => `  ${key}`),
    ]
    answer(call, lines.join('\n'), change)
    return 0
  },
}
