import { OperatorError } from '../../base/errors.ts'
import { RecordRefused } from '../../record/errors.ts'
import { nothing, route } from '../door/route.ts'
import { renewedAnswer } from '../contract/shared.ts'

export const renewRecord = route({
  method: 'POST',
  path: '/v1/renewals',
  permission: 'keys.manage',
  summary:
    'Puts all evidence that the record has under the keys, witnesses and time stamps of now.',
  answer: renewedAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, host) {
    try {
      return { status: 201, body: await host.renew() }
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error
      throw new OperatorError('record.refused', `${error.message} Nothing was done.`, {
        cause: error,
      })
    }
  },
})
