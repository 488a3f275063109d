import { administer, personPath } from '../admin.ts'
import { answer, type Call, type Command, settingsOptions } from '../command.ts'

export const userDisable: Command = {
  name: 'user disable',
  usage: 'onrecord user disable ADDRESS       the same as suspend',
  options: settingsOptions,
  words: 1,
  run: async (call) => await setEnabled(call, false),
}

export const userSuspend: Command = {
  name: 'user suspend',
  usage:
    'onrecord user suspend ADDRESS       end the sessions, and let nobody sign in as that person',
  options: settingsOptions,
  words: 1,
  run: async (call) => await setEnabled(call, false),
}

export const userEnable: Command = {
  name: 'user enable',
  usage: 'onrecord user enable ADDRESS        let the person sign in again',
  options: settingsOptions,
  words: 1,
  run: async (call) => await setEnabled(call, true),
}

async function setEnabled(call: Call, enabled: boolean): Promise<number> {
  const [address = ''] = call.args
  const path = `${personPath(address)}/enabled`
  const person = await administer(call, { method: 'PUT', path, body: { enabled } })
  answer(call, `${enabled ? 'enabled' : 'suspended'} ${address}`, person)
  return 0
}
