import { ldapAnswer } from '../../api/contract/people.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const ldapSync: Command = {
  name: 'ldap sync',
  usage:
    'onrecord ldap sync                  take people and groups over from the directory server, or only say what would change [--dry-run]; [--confirm] when many would vanish [--as ADDRESS]',
  options: {
    ...settingsOptions,
    'dry-run': { type: 'boolean' },
    confirm: { type: 'boolean' },
    as: { type: 'string' },
  },
  words: 0,
  async run(call) {
    const body = {
      dryRun: call.options['dry-run'] === true,
      confirm: call.options['confirm'] === true,
    }
    const done = await administer(call, { method: 'POST', path: '/v1/ldap/sync', body })
    const said = ldapAnswer.parse(done)
    const { groups } = said
    const lines = [
      ...said.added.map((address) => `add\t${address}`),
      ...said.suspended.map(({ address, why }) => `suspend\t${address}\t${why}`),
      ...said.enabled.map((address) => `enable\t${address}`),
      ...said.changed.map((address) => `change\t${address}`),
      `groups\t${groups.put} made or renamed, ${groups.removed} removed, ${groups.changed} with other members`,
      ...Object.entries(said.leftOut).map(([why, count]) => `left out\t${why}\t${count}`),
      outcomes[said.outcome],
    ]
    answer(call, lines.join('\n'), done)
    return said.outcome === 'stopped' ? 1 : 0
  },
}

const outcomes = {
  done: 'done',
  'dry-run': 'nothing was changed: this is what would be',
  stopped: 'nothing was changed, as too many would vanish: say so with --confirm if it is right',
} as const

export const ldapLink: Command = {
  name: 'ldap link',
  usage:
    'onrecord ldap link ADDRESS          somebody with a password here signs in at the directory server from now on',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const path = `${personPath(address)}/ldap`
    const done = await administer(call, { method: 'POST', path, body: {} })
    answer(call, `${address} signs in at the directory server`, done)
    return 0
  },
}
