import {
  approvalsAnswer,
  decidedAnswer,
  oneApprovalAnswer,
  type RequestAnswer,
} from '../../api/contract/roles.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Call, type Command, settingsOptions, textOption } from '../command.ts'

const options = { ...settingsOptions, as: { type: 'string' } } as const
const text = { type: 'string' } as const
const deciding = { ...options, reason: text, expressly: text } as const

export const approvalList: Command = {
  name: 'approval list',
  usage:
    'onrecord approval list              list what waits for another person; with --as ADDRESS what that one has asked for or may decide',
  options,
  words: 0,
  async run(call) {
    const all = await administerAll(call, '/v1/approvals', 'approvals')
    const lines = approvalsAnswer.parse(all).approvals.map(line)
    answer(call, lines.length === 0 ? 'nothing waits' : lines.join('\n'), all)
    return 0
  },
}

export const approvalShow: Command = {
  name: 'approval show',
  usage: 'onrecord approval show ID           what it is, who has said yes, and what became of it',
  options,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const shown = await administer(call, { method: 'GET', path: pathOf(id) })
    const { approval } = oneApprovalAnswer.parse(shown)
    const { reason, expressly, approvals, refused, answer: given } = approval
    const lines = [
      line(approval),
      `reason\t${reason}`,
      ...(expressly === undefined ? [] : [`say expressly\t${expressly}`]),
      ...approvals.map(({ by, at }) => `approved\t${by}\t${at}`),
      ...(refused === null ? [] : [`refused\t${refused.by}\t${refused.at}\t${refused.reason}`]),
      ...(given === undefined ? [] : [`answer\t${JSON.stringify(given)}`]),
    ]
    answer(call, lines.join('\n'), shown)
    return 0
  },
}

export const approvalApprove: Command = {
  name: 'approval approve',
  usage:
    'onrecord approval approve ID        say yes to it --as ADDRESS [--reason TEXT] [--expressly WORDS]; with the last that it needs it is done',
  options: deciding,
  words: 1,
  run: async (call) => await decide(call, true),
}

export const approvalRefuse: Command = {
  name: 'approval refuse',
  usage: 'onrecord approval refuse ID         say no to it, for all --as ADDRESS [--reason TEXT]',
  options: deciding,
  words: 1,
  run: async (call) => await decide(call, false),
}

/** @returns 1 where it was approved and could not be done */
async function decide(call: Call, approves: boolean): Promise<number> {
  const [id = ''] = call.args
  const expressly = textOption(call, 'expressly')
  const body = { approves, reason: textOption(call, 'reason') ?? '', expressly }
  const decided = await administer(call, { method: 'POST', path: `${pathOf(id)}/decision`, body })
  const { state } = decidedAnswer.parse(decided)
  const what = approves ? 'approved' : 'refused'
  answer(
    call,
    state === null || state === what ? `${what} ${id}` : `${what} ${id}: ${state}`,
    decided,
  )
  return state === 'failed' ? 1 : 0
}

function pathOf(id: string): string {
  return `/v1/approvals/${encodeURIComponent(id)}`
}

function line({ id, act, person, words, needs, approvals, expires, state }: RequestAnswer): string {
  const said = `${approvals.length} approved, ${needs} needed`
  return [id, act, person, words, said, expires ?? 'no end', state].join('\t')
}
