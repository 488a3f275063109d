import { configOf, findSettings, type FoundSettings } from '../../server/config.ts'
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
    const shown: FoundSettings = (name) => {
      const isHidden = settings[name].kind.isSecret === true && found(name).value
      return isHidden ? { ...found(name), value: '(set, and not shown)' } : found(name)
    }
    const lines = settingNames.map((name) => {
      const { value, from } = shown(name)
      return `${name} = ${value ?? '(unset)'}    [${from}]\n    ${settings[name].meaning}`
    })
    answer(call, lines.join('\n'), {
      settings: settingNames.map((name) => ({
        name,
        ...shown(name),
        meaning: settings[name].meaning,
      })),
    })
    return 0
  },
}
