import { appPasswordsAnswer, madeAppPassword } from '../../api/contract/app-passwords.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, type Call, settingsOptions, textOption } from '../command.ts'

export const userAppPassword: Command = {
  name: 'user app-password',
  usage:
    'onrecord user app-password ADDRESS  list the passwords that clients of a person have; --make NAME [--days N] makes one, --revoke ID or --revoke-all takes back',
  options: {
    ...settingsOptions,
    make: { type: 'string' },
    days: { type: 'string' },
    revoke: { type: 'string' },
    'revoke-all': { type: 'boolean' },
  },
  words: 1,
  async run(call) {
    const [name, id] = [textOption(call, 'make'), textOption(call, 'revoke')]
    const isAll = call.options['revoke-all'] === true
    if ([name !== undefined, id !== undefined, isAll].filter(Boolean).length > 1) {
      call.console.err('Say one thing: --make NAME, --revoke ID or --revoke-all.')
      return 2
    }
    if (name !== undefined) await make(call, name)
    else if (id !== undefined || isAll) await revoke(call, id)
    else await list(call)
    return 0
  },
}

function pathOf({ args: [address = ''] }: Call): string {
  return `${personPath(address)}/app-passwords`
}

async function make(call: Call, name: string): Promise<void> {
  const days = textOption(call, 'days')
  if (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))
    throw new OperatorError('app-passwords.days', '--days is a whole number from 1 to 365')
  const body = { name, ...(days !== undefined && { days: Number(days) }) }
  const made = await administer(call, { method: 'POST', path: pathOf(call), body })
  answer(call, madeAppPassword.parse(made).password, made)
}

async function revoke(call: Call, id: string | undefined): Promise<void> {
  const query = id === undefined ? '' : `?id=${encodeURIComponent(id)}`
  await administer(call, { method: 'DELETE', path: `${pathOf(call)}${query}` })
  const [address = ''] = call.args
  const what = id === undefined ? 'all application passwords' : `the application password ${id}`
  answer(call, `took back ${what} of ${address}`, { person: address, revoked: id ?? 'all' })
}

async function list(call: Call): Promise<void> {
  const all = await administer(call, { method: 'GET', path: pathOf(call) })
  const lines = appPasswordsAnswer
    .parse(all)
    .passwords.map(({ id, name, made, expires, used }) =>
      [id, name, made, expires, used ?? 'never used'].join('\t'),
    )
  const none = `${call.args[0] ?? ''} has no application passwords`
  answer(call, lines.length === 0 ? none : lines.join('\n'), all)
}
