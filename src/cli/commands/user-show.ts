import { personDetails, personGroups } from '../../api/contract/people.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Call, type Command, settingsOptions, textOption } from '../command.ts'

export const userShow: Command = {
  name: 'user show',
  usage:
    'onrecord user show ADDRESS          what is known of a person, or with --at DATE or a log position the groups of then',
  options: { ...settingsOptions, at: { type: 'string' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const at = textOption(call, 'at')
    return await (at === undefined ? showNow(call, address) : showThen(call, address, at))
  },
}

async function showNow(call: Call, address: string): Promise<number> {
  const shown = await administer(call, { method: 'GET', path: personPath(address) })
  const person = personDetails.parse(shown)
  const lines = [
    ['address', person.address],
    ['id', person.id],
    [
      'state',
      person.suspendedBy === null ? person.state : `${person.state} by ${person.suspendedBy}`,
    ],
    ['role', person.role],
    ['name', person.name],
    ['given', person.given],
    ['family', person.family],
    ['mail', person.mail],
    ['job', person.job],
    ['unit', person.unit],
    ['manager', person.manager],
    ['photo', person.hasPhoto ? 'yes' : null],
    ['kept in', person.source],
    ['groups', person.groups.join(', ') || null],
  ] as const
  const known = lines.flatMap(([name, value]) => (value === null ? [] : `${name}\t${value}`))
  answer(call, known.join('\n'), shown)
  return 0
}

async function showThen(call: Call, address: string, at: string): Promise<number> {
  const path = `${personPath(address)}/at/${encodeURIComponent(at)}`
  const shown = await administer(call, { method: 'GET', path })
  const { groups } = personGroups.parse(shown)
  answer(call, groups.length === 0 ? `in no group at ${at}` : groups.join('\n'), shown)
  return 0
}
