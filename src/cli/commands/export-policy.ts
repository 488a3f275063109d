import { readConfig } from '../../server/config.ts'
import { logPolicy } from '../../server/export-bundle.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const exportPolicy: Command = {
  name: 'export policy',
  usage:
    "onrecord export policy              the log's public keys and the witnesses that are set, to be published: what outsiders verify bundles with",
  options: settingsOptions,
  words: 0,
  async run(call) {
    const policy = await logPolicy(readConfig(settingsSources(call)))
    answer(call, policy.trimEnd(), { policy })
    return 0
  },
}
