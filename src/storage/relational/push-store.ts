import { type Kysely } from 'kysely'
import { utf8, fromUtf8 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { personId } from '../../record/ids.ts'
import { type PushStore, type PushTarget } from '../../xmpp/push/ports.ts'
import { type Schema } from './schema.ts'

/** Where people's clients are woken, in `state.db`: one sealed row a person. */
export function relationalPushStore(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): PushStore {
  return {
    async load() {
      const rows = await db.selectFrom('push').selectAll().execute()
      return new Map(
        rows.map(({ owner, sealed }) => {
          const bytes = keys.unseal(labelOf(owner), sealed)
          const text = bytes && fromUtf8(bytes)
          if (text === null) {
            throw new OperatorError(
              'state.push-damaged',
              'a row of push notifications in state.db does not open: restore state.db from a backup',
            )
          }
          // What opens under its own label was written below.
          const targets: PushTarget[] = JSON.parse(text)
          return [personId(owner), targets] as const
        }),
      )
    },
    async save(owner, targets) {
      if (targets.length === 0) {
        await db.deleteFrom('push').where('owner', '=', owner).execute()
        return
      }
      const sealed = keys.seal(labelOf(owner), utf8(JSON.stringify(targets)))
      await db
        .insertInto('push')
        .values({ owner, sealed })
        .onConflict((c) => c.column('owner').doUpdateSet({ sealed }))
        .execute()
    },
  }
}

function labelOf(owner: string): string {
  return `push ${owner}`
}
