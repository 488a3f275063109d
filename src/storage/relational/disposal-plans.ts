import { type Kysely } from 'kysely'
import { byteReader } from '../../base/byte-reader.ts'
import { concatBytes, u32, u64 } from '../../base/bytes.ts'
import { type PlanStore } from '../../record/disposal/ports.ts'
import { type RecordPlace } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

const handleBytes = 8
const saltBytes = 16
/** Handle, number, salt and position. */
const placeBytes = handleBytes + 4 + saltBytes + 8

/** Plans of disposals that are not certified yet, in the relational store. */
export function relationalPlans(db: Kysely<Schema>): PlanStore {
  return {
    async put(run, plans) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('disposal_plan').where('run', '=', run).execute()
        for (const { bucket, conversations, records, sample } of plans) {
          const row = {
            run,
            bucket,
            conversations: concatBytes(...conversations),
            records: concatBytes(...records.map(bytesOf)),
            sample: sample && bytesOf(sample),
          }
          await tx.insertInto('disposal_plan').values(row).execute()
        }
      })
    },
    async get(run) {
      const rows = await db
        .selectFrom('disposal_plan')
        .selectAll()
        .where('run', '=', run)
        .orderBy('bucket')
        .execute()
      return rows.map(({ bucket, conversations, records, sample }) => ({
        bucket,
        conversations: piecesOf(conversations, handleBytes),
        records: piecesOf(records, placeBytes).map((bytes) => placeIn(bytes, bucket)),
        sample: sample && placeIn(sample, bucket),
      }))
    },
    async drop(run) {
      await db.deleteFrom('disposal_plan').where('run', '=', run).execute()
    },
  }
}

function bytesOf({ handle, seq, salt, position }: RecordPlace): Uint8Array {
  return concatBytes(handle, u32(seq), salt, u64(position))
}

function placeIn(bytes: Uint8Array, bucket: number): RecordPlace {
  const reader = byteReader(bytes)
  const handle = reader.take(handleBytes)
  const seq = reader.u32()
  const salt = reader.take(saltBytes)
  return { bucket, handle, seq, salt, position: reader.u64() }
}

function piecesOf(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: bytes.length / length }, (_, i) =>
    bytes.subarray(i * length, (i + 1) * length),
  )
}
