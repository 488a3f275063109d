import { readConfig } from '../../server/config.ts'
import { logIdentityOf } from '../../server/log-identity.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const logKey: Command = {
  name: 'log key',
  usage:
    'onrecord log key                    what outsiders verify the record with: its origin and public keys',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const log = await logIdentityOf(readConfig(settingsSources(call)))
    answer(call, [log.origin, ...log.verifierKeys].join('\n'), log)
    return 0
  },
}
