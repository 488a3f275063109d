import { type Kysely } from 'kysely'
import { digestText } from '../api/audit/digest-text.ts'
import { createMonthly } from '../audit/monthly.ts'
import { openAudit } from '../audit/open.ts'
import { type NameOf } from '../audit/words.ts'
import { systemTimer } from '../base/timer.ts'
import { type Directory } from '../directory/ports.ts'
import { type SignInWatch } from '../directory/sign-in-watch.ts'
import { isConversationId, personId } from '../record/ids.ts'
import { relationalConnections } from '../storage/relational/connections.ts'
import { relationalLooks } from '../storage/relational/looks.ts'
import { type Schema } from '../storage/relational/schema.ts'
import { relationalSiem } from '../storage/relational/siem.ts'
import { type ClosableRouter } from '../xmpp/router.ts'
import { type Config } from './config.ts'
import { type Outside, type Storage } from './storage.ts'

/** @param opened takes what writes, at a stop, what was counted and is not on record */
export function openTrail(
  { audit: settings }: Pick<Config, 'audit'>,
  parts: Pick<Storage, 'record' | 'directory' | 'keys'> &
    Pick<Outside, 'clock' | 'log'> & { readonly db: Kysely<Schema> },
  opened: AsyncDisposableStack,
): Pick<Storage, 'audit' | 'siem'> {
  const { directory, keys, db } = parts
  const audit = openAudit({
    ...parts,
    ...settings,
    timer: systemTimer,
    connectionState: relationalConnections(db, keys),
    lookState: relationalLooks(db, keys),
    findHere: (address) => directory.find(address)?.id ?? null,
    pseudonym: (label, name) => keys.pseudonym(label, name),
  })
  opened.defer(async () => await audit.close())
  return { audit, siem: relationalSiem(db) }
}

/** An id of somebody who is there, as his address. */
export function nameIn(directory: Pick<Directory, 'get'>): NameOf {
  return (id) => (isConversationId(id) ? (directory.get(personId(id))?.address ?? id) : id)
}

/** What streams tell of who signs in. */
export function watchSignIns({ audit }: Pick<Storage, 'audit'>): SignInWatch {
  const { attempts, connections } = audit
  return {
    ...connections,
    refused(attempt, place) {
      connections.refused(attempt, place)
      const { tried, code } = attempt
      attempts.note({ what: 'sign-in', person: null, tried, route: 'xmpp', code })
    },
  }
}

/** Sums up each month, for who looks after privacy. @returns what ends it */
export function sumUpMonths(
  { audit, record, directory }: Pick<Storage, 'audit' | 'record' | 'directory'>,
  outside: Pick<Outside, 'clock' | 'log'>,
  { says }: Pick<ClosableRouter, 'says'>,
): () => Promise<void> {
  const nameOf = nameIn(directory)
  const monthly = createMonthly({
    ...outside,
    trail: audit.trail,
    record,
    timer: systemTimer,
    async tell(digest) {
      const id = `audit-digest-${digest.month}`
      const subject = `Who looked at what in ${digest.month}`
      const lines = digest.lines.map((line) => ({ ...line, person: nameOf(line.person) }))
      const body = `${digestText({ ...digest, lines })}\nAll of it: onrecord audit digest --month ${digest.month}`
      for (const person of directory.list())
        if (person.enabled && person.role === 'privacy') await says(person, { id, subject, body })
    },
  })
  monthly.start()
  return async () => await monthly.stop()
}
