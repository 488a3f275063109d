import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { readPassword } from '../password.ts'

export const userAdd: Command = {
  name: 'user add',
  usage: 'onrecord user add ADDRESS           add a person [--password-stdin] [--role admin]',
  options: {
    ...settingsOptions,
    'password-stdin': { type: 'boolean' },
    role: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const role = textOption(call, 'role') ?? 'member'
    const body = {
      address,
      // What people type.
      role: role === 'admin' ? 'administrator' : role,
      password: await readPassword(call),
    }
    const person = await administer(call, { method: 'POST', path: '/v1/people', body })
    answer(call, `added ${address}`, person)
    return 0
  },
}
