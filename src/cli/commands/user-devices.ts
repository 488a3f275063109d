import { devicesAnswer } from '../../api/contract/record.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

export const userDevices: Command = {
  name: 'user devices',
  usage:
    'onrecord user devices ADDRESS       list the clients of a person that come back without a password; --revoke ID turns one out, such as on a lost phone',
  options: { ...settingsOptions, as: { type: 'string' }, revoke: { type: 'string' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const path = `${personPath(address)}/devices`
    const lost = textOption(call, 'revoke')
    if (lost !== undefined) {
      const at = `${path}/${encodeURIComponent(lost)}`
      const done = await administer(call, { method: 'DELETE', path: at })
      answer(
        call,
        `turned out ${lost}: give ${address} another password if that is known, too`,
        done,
      )
      return 0
    }
    const list = await administer(call, { method: 'GET', path })
    const lines = devicesAnswer
      .parse(list)
      .devices.map(({ id, software, device, first, seen }) =>
        [id, software, device, first, seen].join('\t'),
      )
    answer(call, lines.length === 0 ? `${address} has no such client` : lines.join('\n'), list)
    return 0
  },
}
