import { turnedAnswer } from '../../api/contract/shared.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const keyTurn: Command = {
  name: 'key turn',
  usage:
    'onrecord key turn                   make new keys in each holder that is set, and destroy the old ones [--as ADDRESS]',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 0,
  async run(call) {
    const act = { method: 'POST', path: '/v1/keys/turn', body: {} } as const
    const turned = turnedAnswer.parse(await administer(call, act))
    const { newEpoch, holders, outstanding, kits } = turned
    const lines = [
      `the vault is in epoch ${newEpoch}; older copies of it open nothing, but with a paper`,
      ...holders.map(({ kind, ref, method, state, evidence }) =>
        [kind, ref, stateWords(state), method, evidence].join('\t'),
      ),
      ...outstanding.map(
        ({ kind, id, epoch }) =>
          `paper\t${kind}\t${id}\topens copies from epoch ${epoch}: collect it`,
      ),
      ...kits,
    ]
    answer(call, lines.join('\n'), turned)
    return 0
  },
}

function stateWords(state: string | { readonly pending: string }): string {
  return typeof state === 'string' ? state : `pending until ${state.pending}`
}
