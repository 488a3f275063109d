import { digestAnswer } from '../../api/contract/audit.ts'
import { digestText } from '../../api/audit/digest-text.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

export const auditDigest: Command = {
  name: 'audit digest',
  usage:
    'onrecord audit digest               who looked at how much under which purpose: --as ADDRESS [--month YYYY-MM]',
  options: { ...settingsOptions, as: { type: 'string' }, month: { type: 'string' } },
  words: 0,
  async run(call) {
    const month = textOption(call, 'month')
    const query = month === undefined ? '' : `?month=${encodeURIComponent(month)}`
    const path = `/v1/audit/digest${query}`
    const digest = digestAnswer.parse(await administer(call, { method: 'GET', path }))
    answer(call, digestText(digest), digest)
    return 0
  },
}
