import {
  duesAnswer,
  oneRunAnswer,
  type OneRunAnswer,
  type RunAnswer,
  runsAnswer,
} from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, administerAll } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  listOption,
  settingsOptions,
  textOption,
  WrongUsage,
} from '../command.ts'
import { conversationName, scopeIn, scopeLines, scopeOptions } from '../scope.ts'

const asOption = { ...settingsOptions, as: { type: 'string' } } as const

export const disposalDue: Command = {
  name: 'disposal due',
  usage:
    'onrecord disposal due               list what is due, and with --preview what of it stays, and because of which hold',
  options: { ...settingsOptions, preview: { type: 'boolean' } },
  words: 0,
  async run(call) {
    const more = call.options['preview'] === true ? '/preview' : ''
    const list = await administer(call, { method: 'GET', path: `/v1/disposals/due${more}` })
    const { due, empty } = duesAnswer.parse(list)
    const lines = due.flatMap(
      ({ bucket, class: its, from, to, due: since, authority, preview }) => [
        [`bucket ${bucket}`, its, from, to, `due ${since ?? '-'}`, authority].join('\t'),
        ...(preview ? [`  ${preview.goes} go, ${preview.stays} stay`] : []),
        ...(preview?.held ?? []).map(({ hold, records }) => `  hold ${hold} has ${records}`),
      ],
    )
    if (lines.length === 0) lines.push('nothing is due')
    if (empty > 0) lines.push(`${empty} empty buckets: their keys go with the next proposal`)
    answer(call, lines.join('\n'), list)
    return 0
  },
}

export const disposalPropose: Command = {
  name: 'disposal propose',
  usage:
    'onrecord disposal propose           propose to dispose of what is due --as ADDRESS [--bucket NUMBER]…',
  options: { ...asOption, bucket: { type: 'string', multiple: true } },
  words: 0,
  async run(call) {
    const buckets = listOption(call, 'bucket').map(numberOf)
    const body = buckets.length === 0 ? {} : { buckets }
    const made = await administer(call, { method: 'POST', path: '/v1/disposals', body })
    answer(call, line(oneRunAnswer.parse(made).run), made)
    return 0
  },
}

export const disposalErase: Command = {
  name: 'disposal erase',
  usage:
    'onrecord disposal erase             order that records go before their time --as ADDRESS --decision TEXT [--person ADDRESS]… [--room ADDRESS]… [--query WORDS] [--from TIME] [--until TIME]',
  options: { ...asOption, ...scopeOptions, decision: { type: 'string' } },
  words: 0,
  async run(call) {
    const why = textOption(call, 'decision') ?? ''
    const body = { why, scope: scopeIn(call) }
    const made = await administer(call, { method: 'POST', path: '/v1/erasures', body })
    answer(call, line(oneRunAnswer.parse(made).run), made)
    return 0
  },
}

export const disposalList: Command = {
  name: 'disposal list',
  usage: 'onrecord disposal list              list all disposals and erasures',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/disposals', 'runs')
    const { runs } = runsAnswer.parse(list)
    answer(call, runs.length === 0 ? 'nothing was disposed of' : runs.map(line).join('\n'), list)
    return 0
  },
}

export const disposalShow: Command = {
  name: 'disposal show',
  usage:
    'onrecord disposal show ID           one of them: what it asks for, and its certificates [--as ADDRESS]',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/disposals/${encodeURIComponent(id)}`
    const found = await administer(call, { method: 'GET', path })
    const shown = oneRunAnswer.parse(found)
    const { run, certificates = [], names = {} } = shown
    const lines = [
      line(run),
      `why\t${run.why}`,
      ...askedLines(shown),
      ...run.approvals.map(({ by, at }) => `approved\t${names[by] ?? by}\t${at}`),
      ...(run.refused === null
        ? []
        : [`refused\t${names[run.refused.by] ?? run.refused.by}\t${run.refused.at}`]),
      ...run.buckets.map(
        ({ bucket, destroyed, stays, certificate }) =>
          `bucket ${bucket}\t${destroyed ?? '-'} gone, ${stays ?? '-'} stay\tcertificate ${certificate ?? '-'}`,
      ),
      ...certificates.map((one) => JSON.stringify(one)),
      ...(run.state === 'waits for approval' ? [`proposal\t${run.proposal}`] : []),
    ]
    answer(call, lines.join('\n'), found)
    return 0
  },
}

export const disposalApprove: Command = {
  name: 'disposal approve',
  usage:
    'onrecord disposal approve ID        say yes to what disposal show ID has shown; with the last yes it takes it is carried out --as ADDRESS --proposal DIGEST',
  options: { ...asOption, reason: { type: 'string' }, proposal: { type: 'string' } },
  words: 1,
  run: async (call) => await decide(call, true),
}

export const disposalRefuse: Command = {
  name: 'disposal refuse',
  usage: 'onrecord disposal refuse ID         say no, which ends it --as ADDRESS [--reason TEXT]',
  options: { ...asOption, reason: { type: 'string' } },
  words: 1,
  run: async (call) => await decide(call, false),
}

async function decide(call: Call, approves: boolean): Promise<number> {
  const [id = ''] = call.args
  const path = `/v1/disposals/${encodeURIComponent(id)}/decision`
  const proposal = textOption(call, 'proposal')
  if (approves && !/^[0-9a-f]{64}$/.test(proposal ?? ''))
    throw new WrongUsage(
      `--proposal names what you approve, in the 64 hex digits that onrecord disposal show ${id} ends with`,
    )
  const body = { approves, proposal, reason: textOption(call, 'reason') ?? '' }
  const decided = await administer(call, { method: 'POST', path, body })
  answer(call, line(oneRunAnswer.parse(decided).run), decided)
  return 0
}

/** What an erasure was asked for, and what that came to. */
function askedLines({ run, scope, covers, names }: OneRunAnswer): readonly string[] {
  if (!scope || !covers) return []
  const { first, last, conversations, unlisted } = covers
  return [
    ...scopeLines(scope, names).map((part) => `asks for\t${part}`),
    `has\t${run.records ?? 0} records of ${conversations.length + unlisted} conversations\tfrom ${first}\tto ${last}`,
    ...conversations.map(
      ({ id, records, persons }) =>
        `in\t${conversationName(id, names, persons)}\t${records} records`,
    ),
    ...(unlisted === 0 ? [] : [`in\t${unlisted} more conversations`]),
  ]
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new OperatorError('disposal.bad-bucket', '--bucket is the number of a bucket')
}

function line({ id, kind, state, approvals, needs, buckets, records }: RunAnswer): string {
  const what = records === null ? `${buckets.length} buckets` : `${records} records`
  return [`${kind} ${id}`, what, `${approvals.length} of ${needs} approvals`, state].join('\t')
}
