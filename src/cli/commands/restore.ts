import { resolve } from 'node:path'
import { problem } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Restored, restoreBackup } from '../../server/backup/restore.ts'
import { type Config, readConfig } from '../../server/config.ts'
import {
  answer,
  type Call,
  type Command,
  settingsOptions,
  settingsSources,
  textOption,
} from '../command.ts'

export const restore: Command = {
  name: 'restore',
  usage:
    'onrecord restore DIR                put a backup into a data folder without a record [--generation NAME] [--accept-loss]',
  options: {
    ...settingsOptions,
    generation: { type: 'string' },
    'accept-loss': { type: 'boolean' },
  },
  words: 1,
  async run(call) {
    const [word = ''] = call.args
    const config = readConfig(settingsSources(call))
    const restored = await restoreBackup(config, {
      dir: resolve(word),
      generation: textOption(call, 'generation') ?? null,
      acceptsLoss: call.options['accept-loss'] === true,
    })
    await noteRestored(config, call, restored)
    await restored.finish()
    const { generation, records, lost } = restored
    const lines = [
      `${generation} is in ${config.data}: ${records} records, and that it was restored is on record`,
      ...(lost
        ? [`${lost.records} records that were signed are lost: the head was of ${lost.size}`]
        : []),
    ]
    answer(call, lines.join('\n'), { generation, records, lost })
    return 0
  },
}

/** By the start of the restored folder, which so is proved to start. */
async function noteRestored(
  config: Config,
  call: Call,
  { generation, records, lost }: Restored,
): Promise<void> {
  // Loaded for this alone: it is the whole server.
  const { openOffline } = await import('../../server/main.ts')
  await using offline = await openOffline(config, call.console.err, { isRestoring: true })
  const body = { what: 'restored', generation, records, lost }
  const noted = await offline.administer({ method: 'POST', path: '/v1/backups', body })
  if (noted.status < 400) return
  const { code, detail } = problem.parse(JSON.parse(noted.body))
  throw new OperatorError(code, detail)
}
