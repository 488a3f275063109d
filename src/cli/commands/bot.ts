import { peopleAnswer } from '../../api/contract/shared.ts'
import { madeToken } from '../../api/contract/access.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions, textOption } from '../command.ts'

/** What a bot needs that reads, answers and listens. */
const usualScopes = ['rooms.see', 'messages.read', 'messages.send', 'events.read']

export const botAdd: Command = {
  name: 'bot add',
  usage: 'onrecord bot add ADDRESS            an account of a program, which has no password',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const added = await administer(call, { method: 'POST', path: '/v1/bots', body: { address } })
    answer(call, `added ${address}`, added)
    return 0
  },
}

export const botList: Command = {
  name: 'bot list',
  usage: 'onrecord bot list                   list the accounts of programs',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/bots', 'people')
    const lines = peopleAnswer
      .parse(list)
      .people.map(({ address, enabled }) => (enabled ? address : `${address}\tdisabled`))
    answer(call, lines.length === 0 ? 'there are no bots' : lines.join('\n'), list)
    return 0
  },
}

export const botRemove: Command = {
  name: 'bot remove',
  usage:
    'onrecord bot remove ADDRESS         remove a bot and its tokens; what it said stays on record',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    await administer(call, { method: 'DELETE', path: botPath(address) })
    answer(call, `removed ${address}`, { removed: address })
    return 0
  },
}

export const botToken: Command = {
  name: 'bot token',
  usage:
    'onrecord bot token ADDRESS          a token for a bot, told once: --name NAME [--scope PERMISSION…] [--days N]',
  options: {
    ...settingsOptions,
    name: { type: 'string' },
    scope: { type: 'string', multiple: true },
    days: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const [name = 'bot', days] = [textOption(call, 'name'), textOption(call, 'days')]
    if (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))
      throw new OperatorError('tokens.days', '--days is a whole number from 1 to 365')
    const given = listOption(call, 'scope')
    const scopes = given.length === 0 ? usualScopes : given
    const body = { name, scopes, ...(days !== undefined && { days: Number(days) }) }
    const path = `${botPath(address)}/tokens`
    const made = await administer(call, { method: 'POST', path, body })
    answer(call, madeToken.parse(made).token, made)
    return 0
  },
}

export function botPath(address: string): string {
  return `/v1/bots/${encodeURIComponent(address)}`
}
