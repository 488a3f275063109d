import { groupDetails, groupsAnswer } from '../../api/contract/people.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions, textOption } from '../command.ts'

export const groupAdd: Command = {
  name: 'group add',
  usage:
    'onrecord group add ID               make a group, or give it another name [--name NAME]; ID has 1 to 40 of a-z, 0-9 and -',
  options: { ...settingsOptions, name: { type: 'string' } },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const name = textOption(call, 'name') ?? id
    const done = await administer(call, { method: 'PUT', path: pathOf(id), body: { name } })
    answer(call, `the group ${id} is there, called ${name}`, done)
    return 0
  },
}

export const groupList: Command = {
  name: 'group list',
  usage:
    'onrecord group list                 list groups, with how many people and groups are in them',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/groups', 'groups')
    const { groups } = groupsAnswer.parse(list)
    const lines = groups.map(({ id, name, source, members }) =>
      [id, name, `${members.persons} people`, `${members.groups} groups`, source ?? 'here'].join(
        '\t',
      ),
    )
    answer(call, lines.length === 0 ? 'no groups yet: onrecord group add' : lines.join('\n'), list)
    return 0
  },
}

export const groupShow: Command = {
  name: 'group show',
  usage:
    'onrecord group show ID              who is in it, by other groups too, now or then [--at DATE or log position]',
  options: { ...settingsOptions, at: { type: 'string' } },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const at = textOption(call, 'at')
    const path = at === undefined ? pathOf(id) : `${pathOf(id)}/at/${encodeURIComponent(at)}`
    const shown = await administer(call, { method: 'GET', path })
    const { persons, groups, everybody } = groupDetails.parse(shown)
    const others = everybody.filter((one) => !persons.includes(one))
    const lines = [
      ...persons.map((one) => `person\t${one}`),
      ...groups.map((one) => `group\t${one}`),
      ...others.map((one) => `by a group\t${one}`),
    ]
    answer(call, lines.length === 0 ? 'nobody is in it' : lines.join('\n'), shown)
    return 0
  },
}

export const groupMembers: Command = {
  name: 'group members',
  usage:
    'onrecord group members ID           change who is in it [--add ADDRESS] [--remove ADDRESS] [--add-group ID] [--remove-group ID], each more than once',
  options: {
    ...settingsOptions,
    add: { type: 'string', multiple: true },
    remove: { type: 'string', multiple: true },
    'add-group': { type: 'string', multiple: true },
    'remove-group': { type: 'string', multiple: true },
  },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const body = {
      add: { persons: listOption(call, 'add'), groups: listOption(call, 'add-group') },
      remove: { persons: listOption(call, 'remove'), groups: listOption(call, 'remove-group') },
    }
    const done = await administer(call, { method: 'PUT', path: `${pathOf(id)}/members`, body })
    answer(call, `changed who is in ${id}`, done)
    return 0
  },
}

export const groupRemove: Command = {
  name: 'group remove',
  usage: 'onrecord group remove ID            remove a group; who was in it, and when, stays known',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    await administer(call, { method: 'DELETE', path: pathOf(id) })
    answer(call, `removed ${id}`, { removed: id })
    return 0
  },
}

function pathOf(id: string): string {
  return `/v1/groups/${encodeURIComponent(id)}`
}
