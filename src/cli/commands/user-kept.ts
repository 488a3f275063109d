import { keptAnswer, type KeptAnswer } from '../../api/contract/audit.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userKept: Command = {
  name: 'user kept',
  usage:
    'onrecord user kept ADDRESS          what is kept about somebody, for how long, and how often it was opened',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const path = `${personPath(address)}/kept`
    const kept = keptAnswer.parse(await administer(call, { method: 'GET', path }))
    answer(call, linesOf(kept).join('\n'), kept)
    return 0
  },
}

function linesOf(kept: KeptAnswer): string[] {
  const { person, role, groups, records, connectionDays, looksShownAfter } = kept
  return [
    `${person}, ${role}, in the groups ${groups.join(', ') || 'none'}: ${records} records`,
    ...kept.classes.map(({ name, keep, authority }) => `kept ${keep}\t${name}\t${authority}`),
    `kept ${connectionDays} days\tfrom where and with what somebody connects`,
    ...kept.exemptions.map(({ from, reason }) => `exempt from ${from}\t${reason}`),
    ...kept.devices.map(
      ({ software, device, seen }) => `device\t${software} ${device}\tseen ${seen}`,
    ),
    ...kept.sessions.map(({ agent, seen }) => `browser\t${agent}\tseen ${seen}`),
    ...kept.tokens.map(
      ({ name, scopes, expires }) => `token\t${name}\t${scopes.join(',')}\tuntil ${expires}`,
    ),
    ...kept.appPasswords.map(
      ({ name, used }) => `application password\t${name}\t${used ?? 'never used'}`,
    ),
    ...kept.looks.map(
      ({ month, category, records: opened }) => `opened\t${month}\t${category}\t${opened} records`,
    ),
    `what was opened is shown after ${looksShownAfter} months`,
  ]
}
