// `onrecord witness`: the program that an auditor, a law firm or a sister company runs. https://c2sp.org/tlog-witness

import { createServer } from 'node:http'
import { join } from 'node:path'
import { type FastifyInstance } from 'fastify'
import { toHex, utf8 } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { sha256 } from '../base/crypto.ts'
import { FatalError, OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { makeDirDurably } from '../base/files.ts'
import { type Log } from '../base/log.ts'
import { parseVerifierKey, type VerifierKey } from '../record/ledger/note.ts'
import { createWitness, type Witness } from '../record/witness/witness.ts'
import { fileWitnessState } from '../storage/files/witness-state.ts'
import { appOn } from './http.ts'
import { witnessKeys } from './witness-keys.ts'

/** A note, and 63 lines of proof. */
const requestBytesMax = 300_000
const connectionsMax = 200
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
}

export type WitnessSettings = {
  /** Folder of key and state. */
  readonly dir: string
  readonly bind: string
  readonly port: number
  /** Verifier keys of the logs. */
  readonly logs: readonly string[]
  readonly clock: Clock
  readonly log: Log
  /** Stops the process. */
  readonly fatal: (error: unknown) => void
}

export type RunningWitness = {
  readonly port: number
  readonly origins: readonly string[]
  close(): Promise<void>
}

/** @throws {OperatorError} when keys, folder or port cannot be had */
export async function openWitness(settings: WitnessSettings): Promise<RunningWitness> {
  const { dir, bind, port, clock, log } = settings
  await makeDirDurably(dir)
  // Two of one key would cosign two histories.
  const lock = tryFileLock(join(dir, 'lock'))
  if (lock === null)
    throw new OperatorError('witness.in-use', `Another witness runs over ${dir}: stop that.`)
  try {
    const state = fileWitnessState(join(dir, 'logs'))
    const logs = settings.logs.map(logKeyOf)
    const cosigners = await witnessKeys(dir, null)
    const witness = createWitness({ cosigners, logs, state, clock, log })
    const server = createServer(timeouts)
    server.maxConnections = connectionsMax
    const app = appOn(server, requestBytesMax)
    addWitness(app, witness, settings.fatal)
    await app.listen({ host: bind, port })
    const address = server.address()
    return {
      port: typeof address === 'object' && address ? address.port : 0,
      origins: witness.origins,
      async close() {
        await app.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function addWitness(app: FastifyInstance, witness: Witness, fatal: (error: unknown) => void): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('/add-checkpoint', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    try {
      const { status, type, text } = await witness.addCheckpoint(body)
      return await reply.code(status).type(type).send(text)
    } catch (error) {
      if (error instanceof FatalError) fatal(error)
      throw error
    }
  })
  const originOf = new Map(witness.origins.map((origin) => [toHex(sha256(utf8(origin))), origin]))
  app.get<{ Params: { readonly hash: string } }>('/:hash/checkpoint', async (request, reply) => {
    const origin = originOf.get(request.params.hash)
    const note = origin === undefined ? null : await witness.newest(origin)
    if (note === null) return reply.callNotFound()
    return await reply.type('text/plain; charset=utf-8').send(note)
  })
}

/** @throws {OperatorError} unless logs sign with such a key */
function logKeyOf(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  const why =
    typeof key === 'string'
      ? key
      : key.algorithm === 'ed25519-cosignature' && 'it is one of a witness'
  if (typeof key !== 'string' && why === false) return key
  throw new OperatorError(
    'witness.bad-log',
    `'${text.slice(0, 80)}' is no key of a log (${why}): give what onrecord log key prints there.`,
  )
}
