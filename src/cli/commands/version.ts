import { productVersion } from '../../base/version.ts'
import { answer, type Command } from '../command.ts'

export const version: Command = {
  name: 'version',
  usage: 'onrecord version                    print the version',
  options: {},
  words: 0,
  async run(call) {
    const { node } = process.versions
    const sentence = `onrecord ${productVersion} (node ${node})`
    answer(call, sentence, { onrecord: productVersion, node })
    return 0
  },
}
