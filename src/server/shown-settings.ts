import { type SettingName, settingNames, settings } from './settings.ts'

/** A setting as it may be shown: a secret only says that it is set. */
export type ShownSetting = {
  readonly name: SettingName
  /** Null: unset. */
  readonly value: string | null
  readonly from: 'flag' | 'environment' | 'file' | 'default'
  readonly meaning: string
}

export function shownSettings(
  found: (name: SettingName) => Pick<ShownSetting, 'value' | 'from'>,
): readonly ShownSetting[] {
  return settingNames.map((name) => {
    const { value, from } = found(name)
    const { kind, meaning } = settings[name]
    const isHidden = kind.isSecret === true && value !== null && value !== ''
    return { name, value: isHidden ? '(set, and not shown)' : value, from, meaning }
  })
}
