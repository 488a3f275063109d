import { madeToken, tokensAnswer } from '../../api/contract/access.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, personPath, administerAll } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions, textOption } from '../command.ts'

export const tokenMake: Command = {
  name: 'token make',
  usage:
    'onrecord token make ADDRESS         a token for a program that acts in that name, told once: --name NAME --scope PERMISSION… [--days N]',
  options: {
    ...settingsOptions,
    name: { type: 'string' },
    scope: { type: 'string', multiple: true },
    days: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const [name, days] = [textOption(call, 'name'), textOption(call, 'days')]
    if (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))
      throw new OperatorError('tokens.days', '--days is a whole number from 1 to 365')
    const scopes = listOption(call, 'scope')
    if (name === undefined || scopes.length === 0) {
      call.console.err('Say what it is called and what it is for: --name NAME --scope PERMISSION.')
      return 2
    }
    const body = { name, scopes, ...(days !== undefined && { days: Number(days) }) }
    const path = `${personPath(address)}/tokens`
    const made = await administer(call, { method: 'POST', path, body })
    answer(call, madeToken.parse(made).token, made)
    return 0
  },
}

export const tokenList: Command = {
  name: 'token list',
  usage:
    'onrecord token list                 list the tokens of programs: whose, what for, until when',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/tokens', 'tokens')
    const { tokens } = tokensAnswer.parse(list)
    const lines = tokens.map(({ id, person, name, scopes, expires, used }) =>
      [id, person, name, scopes.join(','), expires, used ?? 'never used'].join('\t'),
    )
    answer(call, lines.length === 0 ? 'there are no tokens' : lines.join('\n'), list)
    return 0
  },
}

export const tokenRevoke: Command = {
  name: 'token revoke',
  usage: 'onrecord token revoke ID            take a token back at once; list shows its ID',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    await administer(call, { method: 'DELETE', path: `/v1/tokens/${encodeURIComponent(id)}` })
    answer(call, `took back ${id}`, { revoked: id })
    return 0
  },
}
