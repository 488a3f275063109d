import { resolve } from 'node:path'
import { OperatorError } from '../../base/errors.ts'
import { readConfig } from '../../server/config.ts'
import { restoreKey } from '../../server/restore-key.ts'
import {
  answer,
  type Call,
  type Command,
  settingsOptions,
  settingsSources,
  textOption,
} from '../command.ts'

/** A kit with its heading has about 500. */
const kitBytesMax = 4_096

export const keyRestore: Command = {
  name: 'key restore',
  usage:
    'onrecord key restore                write the key file again, from the recovery kit on standard input [--key-file FILE]',
  options: { ...settingsOptions, 'key-file': { type: 'string' } },
  words: 0,
  async run(call) {
    const config = readConfig(settingsSources(call))
    const keyFile = resolve(textOption(call, 'key-file') ?? config.keyFile)
    const id = await restoreKey({ data: config.data, keyFile }, await readKit(call))
    answer(call, `the key ${id} is in ${keyFile}`, { key: id, keyFile })
    return 0
  },
}

async function readKit({ console: { input, err } }: Call): Promise<string> {
  if ('isTTY' in input && input.isTTY === true)
    err('Type the two lines of the recovery kit, then Ctrl-D:')
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.length > kitBytesMax)
      throw new OperatorError(
        'key.no-kit',
        `A recovery kit has at most ${kitBytesMax} bytes: give the kit alone on standard input.`,
      )
  }
  return text
}
