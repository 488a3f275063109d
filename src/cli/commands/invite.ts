import { invitationsAnswer, madeInvitation } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

export const inviteCreate: Command = {
  name: 'invite create',
  usage:
    'onrecord invite create              an address with which somebody makes an account, once [--name NAME] [--days N] [--link, for a browser]',
  options: {
    ...settingsOptions,
    name: { type: 'string' },
    days: { type: 'string' },
    link: { type: 'boolean' },
  },
  words: 0,
  async run(call) {
    const [name, days] = [textOption(call, 'name'), textOption(call, 'days')]
    if (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))
      throw new OperatorError('invite.bad-days', '--days is a whole number from 1 to 365')
    const body = {
      ...(name !== undefined && { name }),
      ...(days !== undefined && { days: Number(days) }),
    }
    const made = await administer(call, { method: 'POST', path: '/v1/invitations', body })
    const { uri, link } = madeInvitation.parse(made)
    answer(call, call.options['link'] === true ? link : uri, made)
    return 0
  },
}

export const inviteList: Command = {
  name: 'invite list',
  usage: 'onrecord invite list                list what can still be used, and by when',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/invitations', 'invitations')
    const { invitations } = invitationsAnswer.parse(list)
    const lines = invitations.map(({ id, to, address, inviter, expires }) =>
      [id, to, address ?? '-', inviter ?? 'command line', expires].join('\t'),
    )
    answer(call, lines.length === 0 ? 'nobody is invited' : lines.join('\n'), list)
    return 0
  },
}

export const inviteRevoke: Command = {
  name: 'invite revoke',
  usage: 'onrecord invite revoke ID           take an invitation back; list shows its ID',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/invitations/${encodeURIComponent(id)}`
    await administer(call, { method: 'DELETE', path })
    answer(call, `took back ${id}`, { revoked: id })
    return 0
  },
}
