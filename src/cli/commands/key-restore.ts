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

/** A kit with its heading has about 500, fifteen shares have 10,000. */
const paperBytesMax = 16_384

export const keyRestore: Command = {
  name: 'key restore',
  usage:
    'onrecord key restore                bring the keys back, from a recovery kit or enough shares on standard input [--key-file FILE]',
  options: { ...settingsOptions, 'key-file': { type: 'string' } },
  words: 0,
  async run(call) {
    const config = readConfig(settingsSources(call))
    const keyFile = resolve(textOption(call, 'key-file') ?? config.keyFile)
    const restored = await restoreKey({ ...config, keyFile }, await readPaper(call))
    const lines = restored.map((one) => `the key ${one.key} is in ${one.in}`)
    answer(call, lines.join('\n'), { keys: restored })
    return 0
  },
}

async function readPaper({ console: { input, err } }: Call): Promise<string> {
  if ('isTTY' in input && input.isTTY === true)
    err('Type the two lines of the recovery kit, or the words of the shares, then Ctrl-D:')
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.length > paperBytesMax)
      throw new OperatorError(
        'key.no-kit',
        `A recovery kit has at most ${paperBytesMax} bytes: give the kit or the shares alone on standard input.`,
      )
  }
  return text
}
