import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'
import { readPassword } from '../password.ts'

export const userPasswd: Command = {
  name: 'user passwd',
  usage:
    'onrecord user passwd ADDRESS        set a new password [--password-stdin]; ends the sessions',
  options: { ...settingsOptions, 'password-stdin': { type: 'boolean' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const body = { password: await readPassword(call) }
    const path = `${personPath(address)}/password`
    const person = await administer(call, { method: 'PUT', path, body })
    answer(call, `set a new password for ${address}`, person)
    return 0
  },
}
