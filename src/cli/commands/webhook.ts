import {
  deliveredAnswer,
  deliveriesAnswer,
  madeWebhook,
  webhooksAnswer,
} from '../../api/contract/hooks.ts'
import { administer } from '../admin.ts'
import { answer, type Call, type Command, listOption, settingsOptions } from '../command.ts'
import { botPath } from './bot.ts'

export const webhookAdd: Command = {
  name: 'webhook add',
  usage:
    'onrecord webhook add BOT URL        send events of a bot there: [--event message|press|verdict|alarm…] [--command NAME…]',
  options: {
    ...settingsOptions,
    event: { type: 'string', multiple: true },
    command: { type: 'string', multiple: true },
  },
  words: 2,
  async run(call) {
    const [bot = '', url = ''] = call.args
    const [events, commands] = [listOption(call, 'event'), listOption(call, 'command')]
    // Who names commands alone wants no other message.
    const isUsual = events.length === 0 && commands.length === 0
    const body = { url, events: isUsual ? ['message'] : events, commands }
    const path = `${botPath(bot)}/webhooks`
    const made = await administer(call, { method: 'POST', path, body })
    const { id, secret } = madeWebhook.parse(made)
    answer(call, `${id}\t${secret}`, made)
    return 0
  },
}

export const webhookList: Command = {
  name: 'webhook list',
  usage: 'onrecord webhook list               list where events of bots go',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administer(call, { method: 'GET', path: '/v1/webhooks' })
    const lines = webhooksAnswer
      .parse(list)
      .webhooks.map(({ id, bot, host, events, commands, enabled }) =>
        [id, bot, host, events.join(','), commands.join(','), enabled ? 'on' : 'off'].join('\t'),
      )
    answer(call, lines.length === 0 ? 'there are no webhooks' : lines.join('\n'), list)
    return 0
  },
}

export const webhookRemove: Command = {
  name: 'webhook remove',
  usage: 'onrecord webhook remove ID          send nothing there any more; list shows its ID',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    await administer(call, { method: 'DELETE', path: hookPath(id) })
    answer(call, `removed ${id}`, { removed: id })
    return 0
  },
}

export const webhookEnable: Command = {
  name: 'webhook enable',
  usage: 'onrecord webhook enable ID          go on sending, from where it stopped',
  options: settingsOptions,
  words: 1,
  run: async (call) => await turn(call, true),
}

export const webhookDisable: Command = {
  name: 'webhook disable',
  usage: 'onrecord webhook disable ID         send nothing there until it is enabled',
  options: settingsOptions,
  words: 1,
  run: async (call) => await turn(call, false),
}

export const webhookLog: Command = {
  name: 'webhook log',
  usage: 'onrecord webhook log ID             what became of what was sent, the newest first',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `${hookPath(id)}/deliveries`
    const list = await administer(call, { method: 'GET', path })
    const lines = deliveriesAnswer
      .parse(list)
      .deliveries.map(({ at, event, outcome, status, attempts }) =>
        [at, event, outcome, status ?? '-', attempts].join('\t'),
      )
    answer(call, lines.length === 0 ? 'nothing was sent' : lines.join('\n'), list)
    return 0
  },
}

export const webhookAgain: Command = {
  name: 'webhook again',
  usage: 'onrecord webhook again ID EVENT     send one event once more; log shows it',
  options: settingsOptions,
  words: 2,
  async run(call) {
    const [id = '', event = ''] = call.args
    const path = `${hookPath(id)}/deliveries`
    const sent = await administer(call, { method: 'POST', path, body: { event } })
    const { status, failed } = deliveredAnswer.parse(sent)
    answer(call, failed ?? `answered with ${status}`, sent)
    return failed === null && status !== null && status < 300 ? 0 : 1
  },
}

async function turn(call: Call, enabled: boolean): Promise<number> {
  const [id = ''] = call.args
  const set = await administer(call, { method: 'PUT', path: hookPath(id), body: { enabled } })
  answer(call, `${enabled ? 'enabled' : 'disabled'} ${id}`, set)
  return 0
}

function hookPath(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`
}
