import { configOf, findSettings } from '../../server/config.ts'
import { shownSettings } from '../../server/shown-settings.ts'
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
    const shown = shownSettings(found)
    const lines = shown.map(
      ({ name, value, from, meaning }) =>
        `${name} = ${value ?? '(unset)'}    [${from}]\n    ${meaning}`,
    )
    answer(call, lines.join('\n'), { settings: shown })
    return 0
  },
}
