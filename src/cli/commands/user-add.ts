import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { readPassword } from '../password.ts'
import { roleOf } from '../role.ts'

export const userAdd: Command = {
  name: 'user add',
  usage:
    'onrecord user add ADDRESS           add a person [--password-stdin] [--role administrator]',
  options: {
    ...settingsOptions,
    'password-stdin': { type: 'boolean' },
    role: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const role = roleOf(textOption(call, 'role') ?? 'member')
    const path = '/v1/people'
    // Nobody types a password twice to hear that the address is taken.
    await administer(
      call,
      { method: 'POST', path: `${path}/check`, body: { address, role } },
      'check',
    )
    const body = { address, role, password: await readPassword(call) }
    const person = await administer(call, { method: 'POST', path, body }, 'add')
    answer(call, `added ${address}`, person)
    return 0
  },
}
