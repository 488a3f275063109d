import { heldAnswer, holdsAnswer, type HoldAnswer, type Names } from '../../api/contract/shared.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { scopeIn, scopeLines, scopeOptions } from '../scope.ts'

const asOption = { ...settingsOptions, as: { type: 'string' }, reason: { type: 'string' } } as const

export const holdPlace: Command = {
  name: 'hold place',
  usage:
    'onrecord hold place NAME            keep what fits from being disposed of --as ADDRESS --reason TEXT [--matter NAME] [--person ADDRESS]… [--room ADDRESS]… [--query WORDS] [--from TIME] [--until TIME]',
  options: { ...asOption, ...scopeOptions, matter: { type: 'string' } },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const body = {
      name,
      matter: textOption(call, 'matter'),
      reason: textOption(call, 'reason') ?? '',
      scope: scopeIn(call),
    }
    const placed = await administer(call, { method: 'POST', path: '/v1/holds', body })
    const { hold, tooLate = [] } = heldAnswer.parse(placed)
    const late = tooLate.map(({ bucket, certificate }) =>
      certificate === null
        ? `bucket ${bucket} is being disposed of already`
        : `bucket ${bucket} was disposed of before: certificate ${certificate}`,
    )
    answer(call, [`hold ${hold.id} is in force`, ...late].join('\n'), placed)
    return 0
  },
}

export const holdRelease: Command = {
  name: 'hold release',
  usage:
    'onrecord hold release ID            let go what no other hold has --as ADDRESS --reason TEXT',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const body = { reason: textOption(call, 'reason') ?? '' }
    const path = `/v1/holds/${encodeURIComponent(id)}/release`
    const released = await administer(call, { method: 'POST', path, body })
    const { hold } = heldAnswer.parse(released)
    const sentence =
      hold.released === null
        ? `hold ${id} stays until somebody else releases it, too`
        : `hold ${id} is released`
    answer(call, sentence, released)
    return 0
  },
}

export const holdList: Command = {
  name: 'hold list',
  usage: 'onrecord hold list                  list all holds, and who placed them',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/holds', 'holds')
    const { holds, names } = holdsAnswer.parse(list)
    const lines = holds.map((hold) => line(hold, names))
    answer(call, lines.length === 0 ? 'nothing is held' : lines.join('\n'), list)
    return 0
  },
}

export const holdReport: Command = {
  name: 'hold report',
  usage: 'onrecord hold report ID             one hold, and how many messages it has',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/holds/${encodeURIComponent(id)}`
    const report = await administer(call, { method: 'GET', path })
    const { hold, names = {} } = heldAnswer.parse(report)
    const { scope, count, reason, releases } = hold
    const lines = [
      line(hold, names),
      `reason\t${reason}`,
      ...scopeLines(scope, names).map((part) => `holds\t${part}`),
      ...releases.map(({ by, at, reason: why }) => `release\t${names[by] ?? by}\t${at}\t${why}`),
      ...(count ? [`messages\t${count.records}\tof those below log position ${count.below}`] : []),
    ]
    answer(call, lines.join('\n'), report)
    return 0
  },
}

function line({ id, name, by, since, released }: HoldAnswer, names: Names = {}): string {
  const state = released === null ? 'in force' : `released at ${released}`
  return [id, name, names[by] ?? by, since, state].join('\t')
}
