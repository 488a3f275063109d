import { toBase64 } from '../../base/bytes.ts'
import { type Report } from '../../record/verify/ports.ts'
import { readConfig } from '../../server/config.ts'
import { verifyData } from '../../server/verify-data.ts'
import { type SeenBy } from '../../server/verify-witnessed.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const verify: Command = {
  name: 'verify',
  usage:
    'onrecord verify [--data DIR]        check the whole record: exit status 1, and the first thing wrong, if it is not sound; with --witnessed ask the witnesses, too',
  options: { ...settingsOptions, witnessed: { type: 'boolean' } },
  words: 0,
  async run(call) {
    const config = readConfig(settingsSources(call))
    const verified = await verifyData(config)
    if (!verified.ok) {
      const { where, what } = verified.finding
      if (call.options['json'] === true) answer(call, '', verified)
      else call.console.err(`${where}: ${what}`)
      return 1
    }
    if (call.options['witnessed'] !== true) {
      answer(call, sentenceOf(verified.report), verified)
      return 0
    }
    const { verifyWitnessed } = await import('../../server/verify-witnessed.ts')
    const seen = await verifyWitnessed(config)
    const isSound = seen.every((one) => one.seen.kind !== 'contradicts')
    const lines = [sentenceOf(verified.report), ...seen.map(witnessSentence)]
    answer(call, lines.join('\n'), { ...verified, ok: isSound, witnesses: seen.map(witnessObject) })
    return isSound ? 0 : 1
  },
}

function witnessSentence({ witness, seen }: SeenBy): string {
  switch (seen.kind) {
    case 'agrees':
      return `witness ${witness}: has cosigned ${count(seen.theirs.size, 'record')}, and the tree begins with them`
    case 'nothing':
      return `witness ${witness}: has cosigned nothing of this log`
    case 'unknown':
      return `witness ${witness}: not known (${seen.why})`
    case 'contradicts':
      return `witness ${witness}: HAS SEEN ANOTHER HISTORY, of ${count(seen.theirs.size, 'record')} with the root ${toBase64(seen.theirs.root)}`
    default:
      return seen
  }
}

function witnessObject({ witness, seen }: SeenBy): object {
  const theirs =
    'theirs' in seen ? { size: seen.theirs.size, root: toBase64(seen.theirs.root) } : {}
  return { witness, seen: seen.kind, ...theirs }
}

function sentenceOf(report: Report): string {
  const { origin, records, signed, checkpoints, conversations, rows, waiting, tornBytes } = report
  const { certified, committed, certificates } = report.disposed
  const lines = [
    `${count(records, 'record')} of ${origin}: each is in the tree, can be opened${certified + committed > 0 ? ' unless it was disposed of' : ''}, and is numbered without a gap`,
    `${count(checkpoints, 'signed checkpoint')}, the newest of ${count(signed, 'record')}; the tree begins with each of them`,
    `${count(conversations, 'conversation')}; ${count(rows, 'mailbox row')}, as the record makes them`,
  ]
  if (certificates > 0)
    lines.push(
      `${count(certified, 'record')} of them were disposed of: ${count(certificates, 'certificate')} on record say so, and nothing of them is left`,
    )
  if (committed > 0)
    lines.push(`${count(committed, 'record')} of a disposal that the next start finishes`)
  if (waiting > 0) lines.push(`${count(waiting, 'record')} in the log alone until the next start`)
  if (tornBytes > 0) {
    lines.push(
      `${count(tornBytes, 'byte')} of a batch that was never acknowledged will be cut at the next start`,
    )
  }
  return lines.join('\n')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
