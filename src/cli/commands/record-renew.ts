import { renewedAnswer } from '../../api/contract/shared.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const recordRenew: Command = {
  name: 'record renew',
  usage:
    'onrecord record renew               put all time stamps, cosigned and signed heads under the keys, witnesses and time stamps of now',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const act = { method: 'POST', path: '/v1/renewals' } as const
    const renewed = renewedAnswer.parse(await administer(call, act))
    const { position, heads, stamps, cosigned } = renewed
    const lines = [
      `record ${position} names ${heads} signed heads, ${stamps} time stamps and ${cosigned} cosigned heads, and a head over it is signed`,
      'Where witnesses and a time-stamping service are set they are shown the next head while a server runs; what they sign covers all of it.',
    ]
    answer(call, lines.join('\n'), renewed)
    return 0
  },
}
