import { roomGroupsAnswer } from '../../api/contract/following.ts'
import { administer } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions } from '../command.ts'

export const roomFollow: Command = {
  name: 'room follow',
  usage:
    'onrecord room follow ADDRESS        have a room follow groups, and no others: [--member GROUP…] [--admin GROUP…]',
  options: {
    ...settingsOptions,
    member: { type: 'string', multiple: true },
    admin: { type: 'string', multiple: true },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const groups = [
      ...listOption(call, 'member').map((group) => ({ group, affiliation: 'member' })),
      ...listOption(call, 'admin').map((group) => ({ group, affiliation: 'admin' })),
    ]
    if (groups.length === 0) {
      call.console.err(roomFollow.usage)
      return 2
    }
    const path = pathOf(address)
    const done = await administer(call, { method: 'PUT', path, body: { groups } })
    answer(call, `${address} follows ${groups.map(({ group }) => group).join(', ')}`, done)
    return 0
  },
}

export const roomGroups: Command = {
  name: 'room groups',
  usage: 'onrecord room groups ADDRESS        list the groups that a room follows',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const list = await administer(call, { method: 'GET', path: pathOf(address) })
    const lines = roomGroupsAnswer
      .parse(list)
      .groups.map(({ group, affiliation, name, people }) =>
        [group, affiliation, name ?? 'gone', `${people} people`].join('\t'),
      )
    answer(call, lines.length === 0 ? 'it follows no group' : lines.join('\n'), list)
    return 0
  },
}

export const roomUnfollow: Command = {
  name: 'room unfollow',
  usage:
    'onrecord room unfollow ADDRESS      have a room follow no group; what people gave there stays',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    await administer(call, { method: 'DELETE', path: pathOf(address) })
    answer(call, `${address} follows no group`, { room: address, groups: [] })
    return 0
  },
}

function pathOf(address: string): string {
  return `/v1/rooms/${encodeURIComponent(address)}/groups`
}
