import { readConfig } from '../../server/config.ts'
import { type Command, settingsOptions, settingsSources, textOption } from '../command.ts'

export const serve: Command = {
  name: 'serve',
  usage: 'onrecord serve                      start the server [--data DIR] [--pid-file FILE]',
  options: { ...settingsOptions, 'pid-file': { type: 'string' } },
  words: 0,
  async run(call) {
    const config = readConfig(settingsSources(call))
    const pidFile = textOption(call, 'pid-file') ?? null
    // Loaded for this alone: it is the whole server, which no other command should wait for.
    const server = await import('../../server/main.ts')
    return await server.serve(config, { pidFile, say: call.console.out })
  },
}
