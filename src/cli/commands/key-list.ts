import { keysAnswer, type KeysAnswer } from '../../api/contract/shared.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const keyList: Command = {
  name: 'key list',
  usage:
    'onrecord key list                   list the keys of the record, who has them, and the papers that there are',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = keysAnswer.parse(await administer(call, { method: 'GET', path: '/v1/keys' }))
    answer(call, linesOf(list).join('\n'), list)
    return 0
  },
}

function linesOf({ epoch, keys, withoutKey, papers, openings }: KeysAnswer): string[] {
  return [
    `epoch ${epoch}`,
    ...keys.map(({ kind, ref, id, use, found }) =>
      [use, kind, ref, id, typeof found === 'string' ? found : found.why].join('\t'),
    ),
    ...withoutKey.map(({ kind, ref }) => `none\t${kind}\t${ref}\t-\tonrecord key turn makes one`),
    ...papers.map(({ kind, id, threshold, of, epoch: since }) =>
      [
        'paper',
        kind === 'kit' ? 'kit' : `shares, ${threshold} of ${of}`,
        since < epoch ? `opens copies from epoch ${since}` : 'opens the vault',
        id,
      ].join('\t'),
    ),
    ...(openings === null ? [] : [`key agent\t${openings.count} openings written down`]),
  ]
}
