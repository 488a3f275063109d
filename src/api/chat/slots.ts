import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type SlotAnswer } from '../../files/slots.ts'
import { slotAnswer } from '../contract/chat.ts'
import { nothing, route } from '../door/route.ts'
import { asking } from './asking.ts'

export const askSlot = route({
  method: 'POST',
  path: '/v1/files',
  permission: 'messages.send',
  summary:
    'Where the bytes of a file go, by PUT, within five minutes. A message whose text has the address `get` sends it.',
  answer: slotAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    name: z.string().min(1).max(255),
    /** Bytes. */
    size: z.int().min(1),
    type: z.string().min(3).max(255).optional(),
  }),
  async handle({ body: { name, size, type = null }, by }, host) {
    const { person, chat } = asking(by, host)
    const slot = await chat.slot(person, { name, size, type })
    if (slot?.kind === 'slot') return { status: 201, body: { put: slot.put, get: slot.get } }
    throw refusal(slot)
  },
})

function refusal(slot: Exclude<SlotAnswer | null, { readonly kind: 'slot' }>): OperatorError {
  if (slot === null) return new OperatorError('files.off', 'No files are taken here.')
  if (slot.kind === 'too-large')
    return new OperatorError(
      'files.too-large',
      `The file is too large: ${slot.bytesMax} bytes are taken at most.`,
    )
  return new OperatorError(`files.${slot.kind}`, slot.text)
}
