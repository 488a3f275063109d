import { papersAnswer } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer } from '../admin.ts'
import { answer, type Call, type Command, settingsOptions, textOption } from '../command.ts'

export const keyShares: Command = {
  name: 'key shares',
  usage:
    'onrecord key shares                 print recovery shares --threshold M --of N: any M of them open the vault [--as ADDRESS]',
  options: {
    ...settingsOptions,
    threshold: { type: 'string' },
    of: { type: 'string' },
    as: { type: 'string' },
  },
  words: 0,
  run: async (call) =>
    await print(call, '/v1/keys/shares', {
      threshold: numberOption(call, 'threshold'),
      of: numberOption(call, 'of'),
    }),
}

export const keyKit: Command = {
  name: 'key kit',
  usage:
    'onrecord key kit                    print the recovery kit of each key file [--as ADDRESS]',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 0,
  run: async (call) => await print(call, '/v1/keys/kits', {}),
}

export const keyDestroyed: Command = {
  name: 'key destroyed',
  usage:
    'onrecord key destroyed ID           say that a kit, or the shares of a key, are destroyed; list shows its ID [--as ADDRESS]',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/keys/papers/${encodeURIComponent(id)}`
    const dropped = await administer(call, { method: 'DELETE', path })
    answer(call, `noted that the papers of ${id} are destroyed`, dropped)
    return 0
  },
}

async function print(call: Call, path: string, what: object): Promise<number> {
  const printed = papersAnswer.parse(await administer(call, { method: 'POST', path, body: what }))
  answer(call, printed.papers.join('\n'), printed)
  return 0
}

function numberOption(call: Call, name: string): number {
  const text = textOption(call, name) ?? ''
  if (/^\d{1,2}$/.test(text)) return Number(text)
  throw new OperatorError('key.bad-scheme', `--${name} is a number, as in --threshold 2 --of 3`)
}
