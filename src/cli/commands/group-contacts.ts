import { groupContactsAnswer } from '../../api/contract/following.ts'
import { administer } from '../admin.ts'
import { answer, type Command, listOption, settingsOptions } from '../command.ts'

export const groupContacts: Command = {
  name: 'group contacts',
  usage:
    'onrecord group contacts ID          whose contacts its people are: [--to GROUP…] sets it, ID itself for each other; [--none] ends it',
  options: {
    ...settingsOptions,
    to: { type: 'string', multiple: true },
    none: { type: 'boolean' },
  },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/groups/${encodeURIComponent(id)}/contacts`
    const to = listOption(call, 'to')
    if (call.options['none'] === true) {
      if (to.length > 0) {
        call.console.err(groupContacts.usage)
        return 2
      }
      await administer(call, { method: 'DELETE', path })
      answer(call, `those of ${id} are nobody's contacts by it`, { group: id, to: [] })
      return 0
    }
    const said =
      to.length === 0
        ? await administer(call, { method: 'GET', path })
        : await administer(call, { method: 'PUT', path, body: { to } })
    const lines = groupContactsAnswer
      .parse(said)
      .to.map(({ group, name, people }) => [group, name ?? 'gone', `${people} people`].join('\t'))
    answer(call, lines.length === 0 ? "nobody's contacts by it" : lines.join('\n'), said)
    return 0
  },
}
