import { factorsAnswer } from '../../api/contract/factors.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userFactors: Command = {
  name: 'user factors',
  usage:
    'onrecord user factors ADDRESS       list the second factors of a person; --reset takes them all, when they were lost',
  options: { ...settingsOptions, reset: { type: 'boolean' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const path = `${personPath(address)}/factors`
    if (call.options['reset'] === true) {
      const done = await administer(call, { method: 'DELETE', path })
      answer(
        call,
        `${address} signs in with the password alone until there is another factor`,
        done,
      )
      return 0
    }
    const list = await administer(call, { method: 'GET', path })
    const lines = factorsAnswer.parse(list).factors.map(({ id, kind, name, made, used, left }) => {
      const codes = left === null ? [] : [`${left} left`]
      return [id, kind, name, made, used ?? 'never used', ...codes].join('\t')
    })
    answer(call, lines.length === 0 ? `${address} has no second factor` : lines.join('\n'), list)
    return 0
  },
}
