import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64 } from '../../base/bytes.ts'
import { decodeHistory } from '../../record/integrate/checkpoint-history.ts'
import { segmentsOf } from '../../record/ledger/recover.ts'
import { tileWidth } from '../../record/ledger/tiles.ts'
import { Broken, type RecordSource } from '../../record/verify/ports.ts'
import { partialPaths } from '../../record/verify/tiles.ts'
import { isCode, readIfThere } from '../../base/files.ts'
import { dataPaths } from '../../storage/embedded/integrator-messages.ts'
import { fileBodyFiles } from '../../storage/files/body-store.ts'
import { fileLogSegments } from '../../storage/files/log-store.ts'
import { sqliteMailboxAudit } from '../../storage/sqlite/mailbox-audit.ts'
import { newTiles, outsidePath, sharedFolder } from './archive.ts'
import { type BackupFolder } from './folder.ts'
import { endOf, type Manifest } from './manifest.ts'

const historyPath = 'log/checkpoints'
const partialPath = /^log\/(.+)\.p\/(\d+)$/

/** A generation of a backup as the data folder that it makes. */
export type BackupSource = RecordSource & {
  /** Each file below `log/`, relative to the data folder. */
  readonly logPaths: readonly string[]
}

/** @param folder of the generation, whatever its name is now */
export function backupSource(
  { dir }: Pick<BackupFolder, 'dir'>,
  folder: string,
  manifest: Manifest,
): BackupSource {
  const shared = join(dir, sharedFolder)
  const history = beginning(join(shared, historyPath), endOf(manifest.history))
  const sizes = decodeHistory(history).map(({ size }) => size)
  const tiles = [...newTiles({ from: 0, to: manifest.durable })]
  const logPaths = [...tiles, ...partialPaths(manifest.durable, sizes)].map((path) => `log/${path}`)
  const outside = new Map(manifest.outside.map((one) => [`log/${one[0]}`, outsidePath(one)]))
  const bodies = new Map(
    manifest.bodies.map(({ bucket, file, pieces }) => [bucket, { file, end: endOf(pieces) }]),
  )
  const read = async (path: string): Promise<Uint8Array | null> => {
    if (path === historyPath) return history
    const signedOutside = outside.get(path)
    if (signedOutside !== undefined) return await readIfThere(join(shared, signedOutside))
    const own = await readIfThere(join(folder, path))
    if (own !== null) return own
    const [, full, width] = partialPath.exec(path) ?? []
    if (full === undefined) return await readIfThere(join(shared, path))
    return await partOf(`log/${full}`, Number(width))
  }

  /** A partial tile or bundle is the beginning of the one that is there. */
  async function partOf(full: string, width: number): Promise<Uint8Array | null> {
    const complete = await readIfThere(join(shared, full))
    if (complete) return complete.subarray(0, (complete.length / tileWidth) * width)
    for (const [name] of manifest.own) {
      const [, its, wide] = partialPath.exec(name) ?? []
      if (`log/${its}` !== full) continue
      const bytes = await readIfThere(join(folder, name))
      return bytes && bytes.subarray(0, (bytes.length / Number(wide)) * width)
    }
    return null
  }

  return {
    isServed: false,
    logPaths: ['log/checkpoint', historyPath, ...outside.keys(), ...logPaths],
    read,
    async list(below) {
      if (below === dataPaths.bodies) return [...bodies.keys()].map((bucket) => `bodies/${bucket}`)
      if (below === 'wal')
        return manifest.own.flatMap(([name]) => (name.startsWith('wal/') ? name : []))
      if (below === 'log/tile') return logPaths
      const signed = [...outside.keys()]
      if (below === 'log') return ['log/checkpoint', historyPath, ...signed]
      return signed.filter((path) => path.startsWith(`${below}/`))
    },
    bodies: bodiesOf(join(shared, dataPaths.bodies), bodies),
    async size(path) {
      if (path === historyPath) return history.length
      return bodies.get(Number(path.replace('bodies/', '')))?.end ?? 0
    },
    segments: () => segmentsOf(fileLogSegments(join(folder, 'wal'))),
    async head() {
      const { size, root } = manifest.head
      const bytes = fromBase64(root)
      if (bytes === null) throw new Broken(manifest.generation, 'its head is none')
      return { size, root: bytes, closedAt: null }
    },
    openRows() {
      try {
        return sqliteMailboxAudit(join(folder, dataPaths.mailbox))
      } catch (error) {
        throw new Broken('mailbox.db', error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/** As far as this generation has them. */
function bodiesOf(
  dir: string,
  known: ReadonlyMap<number, { readonly file: string; readonly end: number }>,
): RecordSource['bodies'] {
  const files = new Map([...known].map(([bucket, { file }]) => [bucket, file]))
  const reading = fileBodyFiles(dir, (bucket) => files.get(bucket) ?? String(bucket))
  return {
    read(bucket, offset, length) {
      const end = known.get(bucket)?.end ?? 0
      return reading.read(bucket, offset, Math.max(0, Math.min(length, end - offset)))
    },
    close: () => reading.close(),
  }
}

function beginning(path: string, bytes: number): Uint8Array {
  try {
    return readFileSync(path).subarray(0, bytes)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return new Uint8Array(0)
    throw error
  }
}
