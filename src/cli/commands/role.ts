import { type GrantAnswer, grantsAnswer, oneGrantAnswer } from '../../api/contract/roles.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions, textOption } from '../command.ts'
import { roleOf } from '../role.ts'
import { timeIn } from '../scope.ts'

const text = { type: 'string' } as const
const list = { type: 'string', multiple: true } as const

export const roleGrant: Command = {
  name: 'role grant',
  usage:
    'onrecord role grant ADDRESS ROLE    give a role beside the standing one: --reason TEXT [--group NAME]… [--matter NAME]… [--room ADDRESS]… [--from TIME] [--until TIME] [--as ADDRESS]',
  options: {
    ...settingsOptions,
    as: text,
    reason: text,
    from: text,
    until: text,
    group: list,
    matter: list,
    room: list,
  },
  words: 2,
  async run(call) {
    const [person = '', typed = ''] = call.args
    const body = {
      person,
      role: roleOf(typed),
      groups: listOption(call, 'group'),
      matters: listOption(call, 'matter'),
      rooms: listOption(call, 'room'),
      from: timeIn(textOption(call, 'from'), 'T00:00:00.000Z'),
      until: timeIn(textOption(call, 'until'), 'T23:59:59.999Z'),
      reason: textOption(call, 'reason') ?? '',
    }
    const made = await administer(call, { method: 'POST', path: '/v1/grants', body })
    const { grant } = oneGrantAnswer.parse(made)
    answer(call, `${person} has the role ${grant.role}, too: grant ${grant.id}`, made)
    return 0
  },
}

export const roleRevoke: Command = {
  name: 'role revoke',
  usage:
    'onrecord role revoke ID             take a grant back at once: --reason TEXT [--as ADDRESS]; list shows its ID',
  options: { ...settingsOptions, as: text, reason: text },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const body = { reason: textOption(call, 'reason') ?? '' }
    const path = `/v1/grants/${encodeURIComponent(id)}/revoke`
    await administer(call, { method: 'POST', path, body })
    answer(call, `took back ${id}`, { revoked: id })
    return 0
  },
}

export const roleList: Command = {
  name: 'role list',
  usage:
    'onrecord role list                  list what people may beside their standing roles, for what, and until when',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const all = await administerAll(call, '/v1/grants', 'grants')
    const { grants } = grantsAnswer.parse(all)
    const lines = grants.map(line)
    answer(call, lines.length === 0 ? 'nothing is granted' : lines.join('\n'), all)
    return 0
  },
}

export const roleSucceed: Command = {
  name: 'role succeed',
  usage:
    'onrecord role succeed LEAVER ADDRESS  let ADDRESS look at what LEAVER had in rooms: --reason TEXT [--direct] [--days N] [--as ADDRESS]; --direct: direct messages, too',
  options: {
    ...settingsOptions,
    as: text,
    reason: text,
    days: text,
    direct: { type: 'boolean' },
  },
  words: 2,
  async run(call) {
    const [leaver = '', successor = ''] = call.args
    const days = textOption(call, 'days')
    const body = {
      leaver,
      successor,
      direct: call.options['direct'] === true,
      ...(days !== undefined && { days: Number(days) }),
      reason: textOption(call, 'reason') ?? '',
    }
    const made = await administer(call, { method: 'POST', path: '/v1/successions', body })
    const { grant } = oneGrantAnswer.parse(made)
    answer(call, `${successor} comes after ${leaver} until ${grant.until}: grant ${grant.id}`, made)
    return 0
  },
}

function line(grant: GrantAnswer): string {
  const { id, person, role, groups, matters, rooms, of, from, until, by } = grant
  const limits = [
    ...groups.map((name) => `group ${name}`),
    ...matters.map((name) => `matter ${name}`),
    ...rooms.map((name) => `room ${name}`),
    ...(of === null ? [] : [`of ${of.person}${of.direct ? ' with direct messages' : ''}`]),
  ]
  const what = limits.length === 0 ? 'without limits' : limits.join(', ')
  const dates = `${from} to ${until ?? 'revoked'}`
  return [id, person, role, what, dates, by.join(', ') || 'the command line'].join('\t')
}
