import { readConfig } from '../../server/config.ts'
import { rebuildRecord } from '../../server/rebuild-record.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const recordRebuild: Command = {
  name: 'record rebuild',
  usage:
    'onrecord record rebuild             make mailbox.db and log/tile again, from entries, bodies and keys, with the server stopped',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const rebuilt = await rebuildRecord(readConfig(settingsSources(call)))
    const { records, gone, from } = rebuilt
    const lines = [
      `mailbox.db and log/tile are made again for ${records} records, and make the tree that was signed; the index of searches is made again while the server runs`,
      ...(gone > 0 ? [`${gone} of them were disposed of, and have no rows`] : []),
      ...(from > 0 ? [`an earlier try had come to ${from}`] : []),
    ]
    answer(call, lines.join('\n'), rebuilt)
    return 0
  },
}
