import { resolve } from 'node:path'
import { notedBackup } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { makeBackup, type MadeBackup } from '../../server/backup/make.ts'
import { readConfig } from '../../server/config.ts'
import { administer } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  settingsOptions,
  settingsSources,
  textOption,
} from '../command.ts'

const keepDefault = 7
const keepMax = 10_000

export const backup: Command = {
  name: 'backup',
  usage:
    'onrecord backup DIR                 copy what is new into a folder of backups, and check it [--keep NUMBER] [--quick]',
  options: { ...settingsOptions, keep: { type: 'string' }, quick: { type: 'boolean' } },
  words: 1,
  async run(call) {
    const [word = ''] = call.args
    const dir = resolve(word)
    const keep = keepIn(call)
    const made = await makeBackup(readConfig(settingsSources(call)), {
      dir,
      keep,
      isVerified: call.options['quick'] !== true,
      async asked() {
        const body = { what: 'made', folder: dir }
        const noted = await administer(call, { method: 'POST', path: '/v1/backups', body })
        return notedBackup.parse(noted).position
      },
    })
    answer(call, sentenceOf(made, dir), made)
    return 0
  },
}

function sentenceOf(
  { generation, records, signed, copiedBytes, kept }: MadeBackup,
  dir: string,
): string {
  const newest = `${dir}/${generation}: ${records} records, ${signed} of them under a signed head; ${copiedBytes} bytes are new in shared/`
  const others = kept
    .filter((one) => one.generation !== generation)
    .map(({ generation: name, epoch, opens }) =>
      opens
        ? `${name} is kept`
        : `${name} is of epoch ${epoch} of the vault, whose keys are destroyed: nothing opens it, but a paper of that epoch`,
    )
  return [newest, ...others].join('\n')
}

function keepIn(call: Call): number {
  const text = textOption(call, 'keep')
  if (text === undefined) return keepDefault
  const number = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : keepMax + 1
  if (number <= keepMax) return number
  throw new OperatorError('backup.bad-keep', `--keep is how many generations stay, 1 to ${keepMax}`)
}
