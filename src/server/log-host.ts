import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LogHost } from '../api/record/log-routes.ts'
import { toHex, utf8 } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { fileTileStore } from '../storage/files/tile-store.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { type Config } from './config.ts'

const tokenCharactersMin = 32
const auditorsMax = 1_000

/**
 * The log for whoever the settings let in. Null: nobody.
 *
 * @param origin of the checkpoints, such as `example.org/log/1a2b3c4d`
 * @throws {OperatorError} when the auditors' tokens cannot be read
 */
export function logHostOf({ data, proofs }: Config, origin: string): LogHost | null {
  const { logReaders, logAuditorsFile } = proofs
  if (logReaders === 'off') return null
  const tokens = logAuditorsFile === null ? new Set<string>() : tokensIn(logAuditorsFile)
  const dir = join(data, dataPaths.log)
  const checkpoints = fileCheckpointStore(dir)
  const tiles = fileTileStore(dir)
  return {
    prefix: origin.slice(origin.indexOf('/')),
    isPublic: logReaders === 'everybody',
    isAuditor: (token) => tokens.has(digestOf(token)),
    checkpoint: async () => await checkpoints.read(),
    tile: async (path) => await tiles.read(path),
  }
}

/** By their hashes: how long it takes to look one up then says nothing about the token. */
function tokensIn(path: string): ReadonlySet<string> {
  const lines = linesOf(path)
  if (lines.length === 0 || lines.length > auditorsMax)
    throw refusal(path, `has ${lines.length} tokens: 1 to ${auditorsMax} are needed`)
  return new Set(
    lines.map(([line, number]) => {
      const [, token] = /^\S+\s+([\w.~+/-]+=*)$/.exec(line) ?? []
      if (token !== undefined && token.length >= tokenCharactersMin) return digestOf(token)
      const wanted = `a name, a space and a token of ${tokenCharactersMin} letters and digits or more`
      throw refusal(path, `has in line ${number} something else than ${wanted}`)
    }),
  )
}

function linesOf(path: string): readonly (readonly [string, number])[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line, i) => [line.trim(), i + 1] as const)
      .filter(([line]) => line !== '' && !line.startsWith('#'))
  } catch (cause) {
    throw refusal(path, 'cannot be read: let this user read it, or unset it', cause)
  }
}

function digestOf(token: string): string {
  return toHex(sha256(utf8(token)))
}

function refusal(path: string, what: string, cause?: unknown): OperatorError {
  const text = `ONRECORD_LOG_AUDITORS_FILE=${path} ${what}.`
  return new OperatorError('log.no-auditors', text, { cause })
}
