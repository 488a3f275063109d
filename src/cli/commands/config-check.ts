import { configOf, findSettings } from '../../server/config.ts'
import { settingNames, settings } from '../../server/settings.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const configCheck: Command = {
  name: 'config check',
  usage:
    'onrecord config check               explain each setting, its value, and where that is from',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const found = findSettings(settingsSources(call))
    configOf(found)
    const lines = settingNames.map((name) => {
      const { value, from } = found(name)
      return `${name} = ${value ?? '(unset)'}    [${from}]\n    ${settings[name].meaning}`
    })
    answer(call, lines.join('\n'), {
      settings: settingNames.map((name) => ({
        name,
        ...found(name),
        meaning: settings[name].meaning,
      })),
    })
    return 0
  },
}
