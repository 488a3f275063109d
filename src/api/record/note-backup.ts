import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { backupRecord } from '../../record/backup-acts.ts'
import { RecordRefused } from '../../record/errors.ts'
import { type NotedBackup, notedBackup } from '../contract/shared.ts'
import { nothing, route } from '../door/route.ts'

const count = z.int().min(0)
const generation = z.string().min(1).max(100)

export const noteBackup = route({
  method: 'POST',
  path: '/v1/backups',
  permission: 'backups.note',
  summary: 'Puts on record that a backup is made, or is what this log goes on from.',
  answer: notedBackup,
  params: nothing,
  query: nothing,
  body: z.discriminatedUnion('what', [
    z.strictObject({ what: z.literal('made'), folder: z.string().min(1).max(4_096) }),
    z.strictObject({
      what: z.literal('restored'),
      generation,
      records: count,
      lost: z.strictObject({ records: count, size: count, root: z.base64().length(44) }).nullable(),
    }),
  ]),
  async handle({ body }, { record }) {
    try {
      const { position } = await record.append(backupRecord(body))
      return { status: 201, body: { position } satisfies NotedBackup }
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error
      throw new OperatorError('record.refused', `${error.message} Nothing was done.`, {
        cause: error,
      })
    }
  },
})
