import { type z } from 'zod'
import { retentionAnswer, simulationAnswer, whyAnswer } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { jsonFile } from '../json-file.ts'

type Answer = z.infer<typeof retentionAnswer>

export const retentionClasses: Command = {
  name: 'retention classes',
  usage:
    'onrecord retention classes          list how long which class of records is kept, and why',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const { classes } = await standing(call)
    answer(call, classes.map(classLine).join('\n'), { classes })
    return 0
  },
}

export const retentionExemptions: Command = {
  name: 'retention exemptions',
  usage: 'onrecord retention exemptions       list who is exempt from what, and who approved it',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const { exemptions } = await standing(call)
    const lines = exemptions.map(({ id, person, from, reason, approvals }) =>
      [id, person, from, approvals.join(','), reason].join('\t'),
    )
    answer(call, lines.length === 0 ? 'nobody is exempt' : lines.join('\n'), { exemptions })
    return 0
  },
}

export const retentionSimulate: Command = {
  name: 'retention simulate',
  usage:
    'onrecord retention simulate         what would go [--draft FILE] [--until DATE, default the end of next month]; changes nothing',
  options: { ...settingsOptions, draft: { type: 'string' }, until: { type: 'string' } },
  words: 0,
  async run(call) {
    const [file, until] = [textOption(call, 'draft'), textOption(call, 'until')]
    const draft = file === undefined ? {} : await jsonFile(file)
    const body = { draft, ...(until !== undefined && { until: dateOf(until) }) }
    const path = '/v1/retention/simulate'
    const found = simulationAnswer.parse(await administer(call, { method: 'POST', path, body }))
    const lines = found.buckets.map(
      ({ number, class: name, from, to, records, dueNow, dueUnderDraft, isPerRecord }) =>
        `bucket ${number}, ${name}, ${day(from)} to ${day(to)}: ${isPerRecord ? 'up to ' : ''}${records} records; due ${dayOr(dueNow)}${file === undefined ? '' : `, under the draft ${dayOr(dueUnderDraft)}`}`,
    )
    const underDraft =
      file === undefined ? '' : `${found.recordsUnderDraft} records under the draft, `
    const sum = `by ${day(found.until)}: ${underDraft}${found.recordsNow} as it is; less what holds keep`
    const refusals = found.refusals.map((why) => `the draft would be refused: ${why}`)
    answer(call, [...refusals, ...lines, sum].join('\n'), found)
    return found.refusals.length === 0 ? 0 : 1
  },
}

export const retentionWhy: Command = {
  name: 'retention why',
  usage: 'onrecord retention why POSITION     why a record is kept, and until when',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [position = ''] = call.args
    const path = `/v1/retention/why/${encodeURIComponent(position)}`
    const why = whyAnswer.parse(await administer(call, { method: 'GET', path }))
    answer(call, whyText(why), why)
    return 0
  },
}

function whyText(why: z.infer<typeof whyAnswer>): string {
  const { position, kind, room, conversation, owners, at, classes, policy, rule } = why
  const { keptUntil, bucket, goesFrom, holds } = why
  const lines = [
    `record ${position}: ${kind}, ${at}, ${room === null ? `conversation ${conversation}` : `room ${room}`}`,
    `owners: ${owners.length === 0 ? 'the company' : owners.join(', ')}`,
    ...classes.map((one) => `class: ${classLine(one)}`),
    `policy: ${policy === '' ? 'from before there were rules' : policy}${rule ? ` ${JSON.stringify(rule)}` : ''}`,
  ]
  if (bucket === null) lines.push('an open statement: kept as long as the log, and readable by all')
  else {
    const isForEver = classes.some(({ keep }) => keep === 'permanent')
    const unknown = isForEver
      ? 'for ever: its class is permanent'
      : 'until an event that is still to come'
    lines.push(keptUntil === null ? `kept ${unknown}` : `kept until: ${day(keptUntil)}`)
    const goes = goesFrom === null ? '' : `; goes from ${day(goesFrom)} on`
    lines.push(`bucket ${bucket.number}, ${day(bucket.from)} to ${day(bucket.to)}${goes}`)
  }
  lines.push(`holds: ${holds.length === 0 ? 'none' : holds.join(', ')}`)
  return lines.join('\n')
}

/** @throws {OperatorError} when the server's answer is none */
export async function standing(call: Parameters<Command['run']>[0]): Promise<Answer> {
  return retentionAnswer.parse(await administer(call, { method: 'GET', path: '/v1/retention' }))
}

function classLine({ name, keep, after, locked, authority }: Answer['classes'][number]): string {
  const from =
    after === 'creation'
      ? ''
      : ` after ${after === 'leaver' ? 'its people have left' : `the end of ${after}`}`
  return `${name}\t${keep}${from}${locked ? ', locked' : ''}\t${authority}`
}

/** A date, or a date and time, as the API wants it. */
export function dateOf(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d(?:T\S+)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return new Date(ms).toISOString()
  throw new OperatorError('retention.bad-date', `${text} is no date such as 2027-01-31`)
}

function day(at: string): string {
  return at.slice(0, 10)
}

function dayOr(at: string | null): string {
  return at === null ? 'at no time that is known' : day(at)
}
