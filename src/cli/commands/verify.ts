import { type Report } from '../../record/verify/ports.ts'
import { readConfig } from '../../server/config.ts'
import { verifyData } from '../../server/verify-data.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const verify: Command = {
  name: 'verify',
  usage:
    'onrecord verify [--data DIR]        check the whole record: exit status 1, and the first thing wrong, if it is not sound',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const verified = await verifyData(readConfig(settingsSources(call)))
    if (verified.ok) {
      answer(call, sentenceOf(verified.report), verified)
      return 0
    }
    const { where, what } = verified.finding
    if (call.options['json'] === true) answer(call, '', verified)
    else call.console.err(`${where}: ${what}`)
    return 1
  },
}

function sentenceOf(report: Report): string {
  const { origin, records, signed, checkpoints, conversations, rows, waiting, tornBytes } = report
  const lines = [
    `${records} records of ${origin}, all of them in the tree, open, and numbered without gaps`,
    `${checkpoints} signed checkpoints, the newest of ${signed} records; the tree begins with each of them`,
    `${conversations} conversations; ${rows} mailbox rows, and they are what the record makes`,
  ]
  if (waiting > 0) lines.push(`${waiting} of the records are in the log alone until the next start`)
  if (tornBytes > 0) {
    lines.push(
      `${tornBytes} bytes of a batch that was never acknowledged will be cut at the next start`,
    )
  }
  return lines.join('\n')
}
