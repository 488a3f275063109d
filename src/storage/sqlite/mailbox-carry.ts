import { DatabaseSync } from 'node:sqlite'

/**
 * Takes over from another mailbox.db where conversations and senders stand that had gone on further there: their newest records were disposed
 * of, so that nothing says it any more; and which conversation it is that stands in a bucket and has no record left there. All or nothing.
 */
export function carryHeads(to: string, from: string): void {
  const db = new DatabaseSync(to)
  try {
    db.exec('PRAGMA synchronous = FULL')
    db.prepare('ATTACH ? AS old').run(from)
    db.exec(`BEGIN IMMEDIATE;
      INSERT OR IGNORE INTO main.name (pseudonym) SELECT pseudonym FROM old.name
        WHERE id IN (SELECT id FROM old.conversation UNION SELECT id FROM old.sender);
      INSERT INTO main.conversation
        SELECT mine.id, its.next_conv_seq, its.prev FROM old.conversation AS its
          JOIN old.name AS theirs ON theirs.id = its.id
          JOIN main.name AS mine ON mine.pseudonym = theirs.pseudonym
          WHERE true
        ON CONFLICT (id) DO UPDATE SET next_conv_seq = excluded.next_conv_seq, prev = excluded.prev
          WHERE excluded.next_conv_seq > next_conv_seq;
      INSERT INTO main.sender
        SELECT mine.id, its.next_seq FROM old.sender AS its
          JOIN old.name AS theirs ON theirs.id = its.id
          JOIN main.name AS mine ON mine.pseudonym = theirs.pseudonym
          WHERE true
        ON CONFLICT (id) DO UPDATE SET next_seq = excluded.next_seq
          WHERE excluded.next_seq > next_seq;
      UPDATE OR IGNORE main.handle AS h SET conversation = its.id FROM (
          SELECT there.bucket, there.handle, there.next_seq, there.last, mine.id FROM old.handle AS there
            JOIN old.name AS theirs ON theirs.id = there.conversation
            JOIN main.name AS mine ON mine.pseudonym = theirs.pseudonym
        ) AS its
        WHERE its.bucket = h.bucket AND its.handle = h.handle AND its.next_seq = h.next_seq AND its.last = h.last
          AND h.conversation NOT IN (SELECT id FROM main.conversation);
      UPDATE main.state SET last_at = max(last_at, (SELECT last_at FROM old.state));
      COMMIT`)
  } finally {
    db.close()
  }
}
