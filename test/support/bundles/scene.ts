// A little company whose record is exported: what bundles in tests are made of, and how they are written and changed.
import { noProfile } from '../../../src/directory/types.ts'
import { toHex, utf8 } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import { recordOf } from '../../../src/directory/acts.ts'
import { endsOf, exportRecord, scopeOf } from '../../../src/discovery/bundle/act.ts'
import { manifestNoteText } from '../../../src/discovery/bundle/manifest.ts'
import {
  type BundleScope,
  type BundleSink,
  type BundleWorld,
  type ExportAct,
  type StatedHeads,
} from '../../../src/discovery/bundle/ports.ts'
import { select } from '../../../src/discovery/bundle/select.ts'
import { envelopeIn } from '../../../src/discovery/bundle/opened.ts'
import {
  type FirstIn,
  timeRange,
  type TimeRange,
} from '../../../src/discovery/bundle/time-range.ts'
import { writeBundle, type BundleHead } from '../../../src/discovery/bundle/write.ts'
import { outsiderId } from '../../../src/intake/outsider.ts'
import { type Keys } from '../../../src/record/keys/ports.ts'
import { type NewRecord, type PersonId } from '../../../src/record/types.ts'
import { memoryKeys } from '../../fakes/vault.ts'
import { forgedLog, type Cheat, type ForgedLog } from './forged-log.ts'
import { directRecord, somebody } from '../sealed-batches.ts'

export type Files = Map<string, Uint8Array>

/** The last day of a month: what is said goes on in the next one's bucket. */
export const sceneAt = Date.UTC(2026, 10, 30, 23, 58)

export const fileText = 'the minutes of the meeting\n'

export type More = Partial<NewRecord> & { readonly cheat?: Cheat }

export type Scene = {
  readonly keys: Keys
  readonly log: ForgedLog
  readonly people: readonly [PersonId, PersonId, PersonId]
  /** @param more what is otherwise in the record, and the numbers that are forged */
  say(from: number, to: number, text: string, more?: More): Promise<number>
}

/** People are added by acts, and nothing was said yet. */
export async function emptyScene(seed = 'bundles', at = sceneAt): Promise<Scene> {
  const keys = await memoryKeys(seed, 'chat.example')
  const log = forgedLog(keys, at)
  const people: [PersonId, PersonId, PersonId] = [somebody(1), somebody(2), somebody(3)]
  for (const [i, person] of people.entries()) {
    const address = `${['ann', 'bo', 'cy'][i]}@chat.example`
    const role = i === 0 ? 'legal' : 'member'
    const act = {
      kind: 'person.add',
      person,
      address,
      role,
      credential: 'c',
      invitation: null,
      profile: noProfile,
      source: null,
    } as const
    await log.add(recordOf(act, { commandLine: true }))
  }
  return sceneOf({ keys, log, people })
}

export function sceneOf({ keys, log, people }: Omit<Scene, 'say'>): Scene {
  return {
    keys,
    log,
    people,
    async say(from, to, text, { cheat = {}, ...more } = {}) {
      const [one, other] = [people[from], people[to]]
      if (!one || !other) throw new RangeError('there are three')
      return await log.add({ ...directRecord({ from: one, to: other, text }), ...more }, cheat)
    },
  }
}

/** 300 records over the turn of a month: three conversations, a correction, a file, somebody at another domain, statements. */
export async function talkingScene(): Promise<Scene> {
  const scene = await emptyScene()
  const { log, people } = scene
  for (let n = 0; log.size < 300; n++) {
    if (n % 60 === 30) log.state('tick', { size: log.size })
    const said = await scene.say(n % 3, (n + 1) % 3, `word ${n} \u00e9\u{1f600}`)
    if (n % 40 === 20) {
      const refs = { position: said, leafHash: log.leaf(said) }
      await scene.say(n % 3, (n + 1) % 3, `word ${n}, corrected`, { kind: 'correction', refs })
    }
  }
  await scene.say(0, 1, 'the file', { files: filesPart(people[0]) })
  const outside = 'eve@elsewhere.example'
  const eve = outsiderId(outside)
  await scene.say(0, 1, 'hello from outside', {
    sender: eve,
    views: [{ owner: people[0], peer: eve, peerDevice: 'desk', incoming: true }],
    members: [eve, people[0]],
    origin: 's2s:elsewhere.example',
    wire: `<message from='${outside}/desk'><body>hello from outside</body></message>`,
  })
  return scene
}

function filesPart(uploader: PersonId): string {
  const facts = { uploader, name: 'minutes.txt', type: 'text/plain', size: fileText.length }
  const hash = toHex(sha256(utf8(fileText)))
  return JSON.stringify({
    v: 1,
    files: [{ ...facts, sha256: hash, id: 'f'.repeat(32), key: 'AAAA', opens: true }],
  })
}

export function worldOf({ people, log }: Pick<Scene, 'people' | 'log'>): BundleWorld {
  const addresses = people.map((person, i) => ({
    address: `${['ann', 'bo', 'cy'][i]}@chat.example`,
    person,
    since: i,
    until: null,
  }))
  return {
    addresses,
    outsiderId,
    acts: () => log.acts(),
    async attachment() {
      return (async function* () {
        yield utf8(fileText)
      })()
    },
  }
}

/** Null for a statement, and for what is destroyed. */
async function timeAt({ log }: Scene, position: number): Promise<number | null> {
  const opened = await log.evidence().disclose({ position, bytes: new Uint8Array() })
  return opened.kind === 'record' ? envelopeIn(opened).t_server : null
}

/** Puts the act of export on record. @param changes of what a server would say @returns its position */
export async function actOn(
  scene: Scene,
  asked: Partial<BundleScope> = {},
  changes: Pick<ExportAct, 'range'> = {},
): Promise<number> {
  const { keys, log, people } = scene
  const scope = scopeOf(asked)
  const firstIn: FirstIn = async (from, to) => {
    for (let position = from; position < to; position++) {
      const at = await timeAt(scene, position)
      if (at !== null) return { position, at }
    }
    return null
  }
  const content = {
    v: 1,
    id: toHex(sha256(utf8(`export ${log.size}`))).slice(0, 32),
    by: people[0],
    purpose: 'a test',
    matter: null,
    scope,
    range: await timeRange(scope, { size: log.size, now: log.now, firstIn }),
    ...changes,
    ends: endsOf(scope, log.counts),
    key: keys.exports.verifierKey,
  } as const
  return await log.add(exportRecord(content))
}

export type Exporting = {
  readonly head?: BundleHead
  readonly otherHeads?: readonly BundleHead[]
  readonly stated?: readonly StatedHeads[]
  /** Others than the act has. */
  readonly scope?: BundleScope
  readonly range?: TimeRange
}

/** The bundle of an act that is on record already. */
export async function bundleOf(
  scene: Scene,
  position: number,
  more: Exporting = {},
): Promise<Files> {
  const { keys, log, people } = scene
  const opened = await log.evidence().disclose({ position, bytes: new Uint8Array() })
  if (opened.kind !== 'record') throw new Error('the act of export is a record')
  const textOf = (id: number): string =>
    new TextDecoder().decode(opened.parts.find((part) => part.id === id)?.bytes)
  const { id, purpose, matter, scope, range } = JSON.parse(textOf(1))
  const { t_server: at } = JSON.parse(textOf(0))
  const sink = memorySink()
  const evidence = log.evidence()
  const head = more.head ?? (await log.head())
  const made = more.scope ?? scope
  const time = made.time === null ? null : (more.range ?? range)
  await writeBundle(
    { position, id, by: people[0], at, purpose, matter, scope: made },
    {
      evidence,
      world: worldOf(scene),
      log: keys.log,
      signer: keys.exports,
      head,
      otherHeads: more.otherHeads ?? [],
      stamps: [],
      selection: await select(made, { evidence, size: head.size }, { position, range: time }),
      stated: more.stated ?? [],
    },
    sink,
  )
  return sink.files
}

export function memorySink(): BundleSink & { readonly files: Files } {
  const files: Files = new Map()
  return {
    files,
    async file(path, pieces) {
      const all: Uint8Array[] = []
      for await (const piece of pieces) all.push(piece)
      files.set(path, new Uint8Array(Buffer.concat(all)))
    },
    async keep() {},
    async close() {},
  }
}

/** Lists and signs the files as they are now, as who has the export key can. @param change of the manifest */
export function signedAnew(
  files: Files,
  keys: Pick<Keys, 'exports'>,
  change: (manifest: Record<string, unknown>) => void = () => {},
): Files {
  const changed = new Map(files)
  const manifest = JSON.parse(textIn(files, 'manifest.json'))
  const paths = [...files.keys()].filter((path) => !path.startsWith('manifest.')).toSorted()
  manifest.files = paths.map((path) => {
    const bytes = files.get(path) ?? new Uint8Array()
    return { path, bytes: bytes.length, sha256: toHex(sha256(bytes)) }
  })
  change(manifest)
  const json = manifestText(manifest)
  changed.set('manifest.json', utf8(json))
  changed.set('manifest.note', utf8(keys.exports.sign(manifestNoteText(json))))
  return changed
}

function manifestText({ files, ...fields }: { files: object[]; [name: string]: unknown }): string {
  const lines = Object.entries(fields).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  )
  const listed = files.map((file) => `    ${JSON.stringify(file)}`).join(',\n')
  return `{\n${lines.join('')}  "files": [\n${listed}\n  ]\n}\n`
}

export function textIn(files: Files, name: string): string {
  return new TextDecoder().decode(files.get(name) ?? new Uint8Array())
}

/** What a verifier is given beside the bundle: the log's keys and no witnesses. */
export function policyOf({ log }: Pick<Keys, 'log'>): string {
  return `${log.verifierKeys.map((key) => `log ${key}\n`).join('')}quorum none\n`
}
