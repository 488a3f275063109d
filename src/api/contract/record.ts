// What clients of the API may import: the shapes of answers about the record as a log, and about the server itself.
import { z } from 'zod'

/** Hashes and notes as they are on the wire elsewhere: base64 (RFC 4648 section 4), and text of https://c2sp.org/tlog-checkpoint */
const hash = z.string()

/** Times as ISO 8601 says them, in UTC. */
const time = z.string()

const findingAnswer = z.object({ where: z.string(), what: z.string(), pass: time })

export const recordStandingAnswer = z.object({
  /** Of checkpoints. */
  origin: z.string(),
  /** Of both keys that sign heads, as c2sp.org/signed-note has them. */
  verifierKeys: z.array(z.string()),
  /** Records that are durable: the next position. */
  size: z.number(),
  /** Records below are in tiles, bodies and mailbox rows. */
  integrated: z.number(),
  /** Records that wait for room, the integrator or the clock. */
  waiting: z.number(),
  /** Null while the record takes messages. */
  notWritable: z.object({ reason: z.string(), text: z.string() }).nullable(),
  /** The newest signed head; null before the first. */
  checkpoint: z.string().nullable(),
  scrub: z.object({
    /** The last pass that came to its end; null: none has. */
    last: z.object({ began: time, ended: time, records: z.number(), bytes: z.number() }).nullable(),
    /** Null: no pass is under way. */
    now: z.object({ began: time, station: z.string(), at: z.number() }).nullable(),
    findings: z.array(findingAnswer),
  }),
})

/** A leaf of the log, without content. */
const entryAnswer = z.object({
  position: z.number(),
  /** 112 bytes, of which RFC 9162 section 2.1.1 makes the leaf's hash. docs/reference/ledger.md */
  entry: z.string(),
  /** message: message-like; act: of an officer, an administrator or the program; statement: in clear */
  type: z.enum(['message', 'act', 'statement']),
  /** Null: it is in none. */
  bucket: z.object({ number: z.number(), state: z.string() }).nullable(),
})

export const entriesAnswer = z.object({
  entries: z.array(entryAnswer),
  /** The cursor of the next page; null: there is none. */
  next: z.number().nullable(),
})

export const provedEntryAnswer = entryAnswer.extend({
  /** RFC 9162 section 2.1.3: from the leaf up, to the root in `checkpoint`. */
  proof: z.object({ leafHash: hash, index: z.number(), size: z.number(), path: z.array(hash) }),
  checkpoint: z.string(),
})

export const consistencyAnswer = z.object({
  /** RFC 9162 section 2.1.4: that the tree of `to` leaves begins with that of `from`. */
  from: z.object({ size: z.number(), root: hash }),
  to: z.object({ size: z.number(), root: hash }),
  proof: z.array(hash),
  checkpoint: z.string(),
})

export const settingsAnswer = z.object({
  settings: z.array(
    z.object({
      name: z.string(),
      /** Null: unset. Secrets say that they are set, and no more. */
      value: z.string().nullable(),
      from: z.enum(['flag', 'environment', 'file', 'default']),
      meaning: z.string(),
    }),
  ),
})

export const healthAnswer = z.object({
  isReady: z.boolean(),
  /** Null while all is well. */
  missing: z.object({ reason: z.string(), text: z.string() }).nullable(),
  version: z.string(),
  /** How many are not closed. */
  alarms: z.object({ critical: z.number(), warning: z.number() }),
  /** As they are at `/metrics`; docs/operate/metrics.md says what to make of each. */
  measures: z.array(z.object({ name: z.string(), help: z.string(), value: z.number() })),
})

export const gatewaysAnswer = z.object({
  gateways: z.array(
    z.object({
      /** Of the addresses that it speaks for. */
      domain: z.string(),
      isConnected: z.boolean(),
      /** Bare addresses that have spoken since it connected. */
      speakers: z.number(),
    }),
  ),
})

const deviceAnswer = z.object({
  id: z.string(),
  software: z.string(),
  device: z.string(),
  first: time,
  seen: time,
})

export const devicesAnswer = z.object({ devices: z.array(deviceAnswer) })
