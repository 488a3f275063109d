import { z } from 'zod'
import { digestOf } from '../../audit/digest.ts'
import { boundsOf, monthOf } from '../../audit/months.ts'
import { OperatorError } from '../../base/errors.ts'
import { digestAnswer } from '../contract/audit.ts'
import { addressesOf } from '../door/named.ts'
import { nothing, route } from '../door/route.ts'

const month = z
  .string()
  .refine((text) => boundsOf(text) !== null, 'is no month: give one as 2026-05')

export const showDigest = route({
  method: 'GET',
  path: '/v1/audit/digest',
  permission: 'audit.all',
  summary:
    'Who looked at how much under which purpose, within a month: the last one unless another is named.',
  answer: digestAnswer,
  params: nothing,
  query: z.strictObject({ month: month.optional() }),
  body: nothing,
  async handle({ query: { month: asked }, by }, host) {
    const { audit } = host
    await audit.reading.note(by.persons[0] ?? null, 'digest')
    const digest = await digestOf(asked ?? monthOf(host.now(), -1), audit.trail)
    if (digest === null) throw new OperatorError('audit.unknown', 'This is no month.')
    const names = await addressesOf(
      host,
      digest.lines.map(({ person }) => person),
    )
    const lines = digest.lines.map((line) => ({
      ...line,
      person: names[line.person] ?? line.person,
    }))
    return { status: 200, body: { ...digest, lines } }
  },
})
