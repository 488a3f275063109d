import { auditAnswer, auditEntry, type AuditEntryAnswer } from '../../api/contract/audit.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer } from '../admin.ts'
import { answer, type Call, type Command, settingsOptions, textOption } from '../command.ts'
import { follow } from '../follow.ts'

const filterOptions = {
  ...settingsOptions,
  as: { type: 'string' },
  by: { type: 'string' },
  kind: { type: 'string' },
  about: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  purpose: { type: 'string' },
  matter: { type: 'string' },
} as const

export const auditList: Command = {
  name: 'audit list',
  usage:
    'onrecord audit list                 who did what, newest first: [--as ADDRESS] [--by ADDRESS|machine] [--kind KIND,…] [--about ADDRESS] [--since TIME] [--until TIME] [--purpose TEXT] [--matter NAME] [--before POSITION] [--limit N]',
  options: { ...filterOptions, before: { type: 'string' }, limit: { type: 'string' } },
  words: 0,
  async run(call) {
    const path = `/v1/audit${queryOf(call, ['before', 'limit'])}`
    const found = auditAnswer.parse(await administer(call, { method: 'GET', path }))
    const lines = found.entries.map(lineOf)
    if (lines.length === 0) lines.push('nothing fits')
    if (found.next !== null) lines.push(`more: --before ${found.next}`)
    answer(call, lines.join('\n'), found)
    return 0
  },
}

export const auditShow: Command = {
  name: 'audit show',
  usage: 'onrecord audit show POSITION        one act with all that it says: [--as ADDRESS]',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [text = ''] = call.args
    if (!/^\d{1,15}$/.test(text)) {
      call.console.err(`${text} is no position: audit list has one in front of each act`)
      return 2
    }
    const path = `/v1/audit?before=${Number(text) + 1}&limit=1`
    const { entries } = auditAnswer.parse(await administer(call, { method: 'GET', path }))
    const [entry] = entries
    if (entry?.position !== Number(text))
      throw new OperatorError(
        'audit.unknown',
        `Record ${text} is no act, or none that may be seen here: see onrecord audit list.`,
      )
    const { sentence: _sentence, ...rest } = entry
    answer(call, `${lineOf(entry)}\n${JSON.stringify(rest, null, 2)}`, entry)
    return 0
  },
}

export const auditFollow: Command = {
  name: 'audit follow',
  usage:
    'onrecord audit follow               acts as they come, until it is stopped: filters as for audit list, [--after POSITION]',
  options: { ...filterOptions, after: { type: 'string' } },
  words: 0,
  async run(call) {
    await follow(call, `/v1/audit/stream${queryOf(call, ['after'])}`, (data) => {
      const entry = auditEntry.parse(data)
      answer(call, lineOf(entry), entry)
    })
    return 0
  },
}

function queryOf(call: Call, more: readonly string[]): string {
  const names = ['by', 'kind', 'about', 'since', 'until', 'purpose', 'matter', ...more]
  const query = new URLSearchParams()
  for (const name of names) {
    const value = textOption(call, name)
    if (value !== undefined) query.set(name, value)
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

function lineOf({ position, at, through, sentence }: AuditEntryAnswer): string {
  return [position, at, through === '' ? '-' : through, sentence].join('\t')
}
