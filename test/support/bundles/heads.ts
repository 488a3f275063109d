import { concatBytes, fromBase64, fromUtf8, toBase64, toHex } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import { memoryKeys } from '../../fakes/vault.ts'
import {
  damagedSignature,
  edited,
  encode,
  nothing,
  withExportKey,
  type Base,
  type BundleCase,
} from './case.ts'
import {
  actOn,
  bundleOf,
  emptyScene,
  policyOf,
  sceneAt,
  sceneOf,
  signedAnew,
  type Scene,
} from './scene.ts'
import { witness, type Witness } from './witnesses.ts'
import { membersOf, zipOf } from './zip-of.ts'

/** Heads, keys and policies: steps 2 and 4. */
export async function headCases(base: Base): Promise<BundleCase[]> {
  const { scene, files, policy } = base
  const stranger = await memoryKeys('another log', 'chat.example')
  const zip = zipOf(membersOf(files))
  const smaller = await scene.log.head(200)
  const [origin] = scene.keys.log.origin.split('+')
  const strange = stranger.log.verifierKeys.map((key) => renamed(key, origin ?? ''))
  const anotherRoot = toBase64(sha256(encode('x')))
  return [
    {
      name: 'the log of the policy has another key',
      zip,
      policy: `${strange.map((key) => `log ${key}\n`).join('')}quorum none\n`,
      exit: 1,
      code: 'checkpoint.unsigned',
    },
    {
      name: 'the policy is of another log',
      zip,
      policy: policyOf(stranger),
      exit: 1,
      code: 'checkpoint.origin',
    },
    withExportKey(base, ['the signature of the head is changed', 'signature.bad'], (all) =>
      edited(all, 'log/checkpoint', (text) => damagedSignature(text, 30)),
    ),
    withExportKey(base, ['the head is an older one', 'checkpoint.other'], (all) =>
      all.set('log/checkpoint', smaller.note),
    ),
    withExportKey(base, ['the head says more than a head does', 'checkpoint.form'], (all) =>
      edited(all, 'log/checkpoint', (text) => text.replace('\n\n', '\nand more\n\n')),
    ),
    withExportKey(base, ['the head has no signature', 'note.form'], (all) =>
      edited(all, 'log/checkpoint', (text) => `${text.split('\n\n')[0]}\n`),
    ),
    withExportKey(
      base,
      ['the root of the head is another one', 'signature.bad'],
      (all) =>
        edited(all, 'log/checkpoint', (text) => text.replace(/^[^\n\u2014]+=$/m, anotherRoot)),
      (manifest) => {
        manifest['checkpoint'] = { ...Object(manifest['checkpoint']), root: anotherRoot }
      },
    ),
    {
      ...withExportKey(
        base,
        ['the manifest is signed by another log', 'manifest.unsigned'],
        nothing,
      ),
      zip: zipOf(membersOf(signedAnew(files, stranger))),
    },
    ...(await historyCases(base, policy)),
  ]
}

/** The same key under another name. */
function renamed(key: string, name: string): string {
  const material = key.split('+').slice(2).join('+')
  const bytes = fromBase64(material) ?? new Uint8Array()
  const id = toHex(sha256(concatBytes(encode(`${name}\n`), bytes))).slice(0, 8)
  return `${name}+${id}+${material}`
}

/** The log has told two histories: its keys have signed both. */
async function historyCases(base: Base, policy: string): Promise<BundleCase[]> {
  const { scene, files } = base
  const other = sceneOf({ ...scene, log: scene.log.fork(40) })
  while (other.log.size < scene.log.size) await other.say(0, 2, `otherwise ${other.log.size}`)
  const zip = zipOf(membersOf(files))
  const from = async (
    name: string,
    head: { readonly of: Scene; readonly size: number },
    expected: Pick<BundleCase, 'exit' | 'code'>,
  ): Promise<BundleCase> => {
    const { note } = await head.of.log.head(head.size)
    return { name, zip, policy, heads: [note], ...expected }
  }
  const size = scene.log.size
  const later = sceneOf({ ...scene, log: scene.log.fork(size) })
  await later.say(0, 2, 'later')
  const broken = { exit: 1, code: 'checkpoint.history' } as const
  const { note: forked } = await other.log.head(50)
  return [
    await from('a head from elsewhere is of another history', { of: other, size }, broken),
    await from('an old head from elsewhere is of another history', { of: other, size: 50 }, broken),
    await from('a head from elsewhere is of this history', { of: scene, size }, whole),
    await from('an old head from elsewhere is of this history', { of: scene, size: 50 }, whole),
    await from(
      'a head from elsewhere is newer than the bundle',
      { of: later, size: size + 1 },
      { exit: 2, code: 'head.not-comparable' },
    ),
    withExportKey(base, ['a head in the bundle is of another history', broken.code], (all) =>
      all.set('log/after/50', forked),
    ),
    withExportKey(base, ['a head in the bundle has another name', 'checkpoint.name'], (all) => {
      all.set('log/after/60', all.get('log/after/50') ?? new Uint8Array())
      all.delete('log/after/50')
    }),
  ]
}

const whole = { exit: 0, code: '' } as const

/** Witnesses, and what they say of the time: steps 2 and 7. */
export async function witnessCases(): Promise<BundleCase[]> {
  const [w1, w2, w3] = [witness('w1.example'), witness('w2.example'), witness('w3.example')]
  const names = [w1, w2, w3].map(({ verifierKey }, i) => `witness w${i + 1} ${verifierKey}\n`)
  const quorum = `${names.join('')}group two 2 w1 w2 w3\nquorum two\n`
  const of = async (
    name: string,
    expected: Pick<BundleCase, 'exit' | 'code'>,
    forge: Forge = {},
  ): Promise<BundleCase> => {
    const { scene, zip } = await witnessedBundle([w1, w2], forge)
    const policy = policyOf(scene.keys).replace('quorum none\n', quorum)
    return { name, zip, policy, ...expected }
  }
  return [
    await of('two of three witnesses have seen the head', whole),
    await of(
      'one witness is not the quorum',
      { exit: 2, code: 'quorum' },
      { change: (note, at) => w1.cosign(note, at), isAlone: true },
    ),
    await of(
      'a witness’s signature is changed',
      { exit: 1, code: 'signature.bad' },
      {
        change: (note) => encode(damagedSignature(fromUtf8(note) ?? '', 50, 3)),
      },
    ),
    await of(
      'a witness’s time is changed',
      { exit: 1, code: 'signature.bad' },
      {
        change: (note) => encode(damagedSignature(fromUtf8(note) ?? '', 11, 3)),
      },
    ),
    await of(
      'a record says an earlier time than the head before it was witnessed at',
      { exit: 1, code: 'time.back-dated' },
      { lateMs: 7_200_000 },
    ),
    await of(
      'a record says a later time than a head that has it was witnessed at',
      { exit: 1, code: 'time.future' },
      { lateMs: -7_200_000 },
    ),
  ]
}

type Forge = {
  /** Of the newest head. */
  readonly change?: (note: Uint8Array, at: number) => Uint8Array
  /** Only `change` cosigns. */
  readonly isAlone?: boolean
  /** So much later than the records say did the witnesses see them. */
  readonly lateMs?: number
}

async function witnessedBundle(
  witnesses: readonly Witness[],
  { change, isAlone = false, lateMs = 0 }: Forge,
): Promise<{ readonly scene: Scene; readonly zip: Uint8Array }> {
  const scene = await emptyScene('witnessed')
  const { log } = scene
  const at = (ms: number): number => Math.floor((ms + lateMs) / 1000)
  const cosigned = (note: Uint8Array, seconds: number): Uint8Array =>
    isAlone ? note : witnesses.reduce((all, one) => one.cosign(all, seconds), note)
  await scene.say(0, 1, 'before')
  const before = await log.head()
  const beforeNote = cosigned(before.note, at(sceneAt + 4_000))
  await scene.say(1, 0, 'between')
  const act = await actOn(scene)
  const head = await log.head()
  const seconds = at(sceneAt + 8_000)
  const note = cosigned(head.note, seconds)
  const files = await bundleOf(scene, act, {
    head: { ...head, note: change?.(note, seconds) ?? note },
    otherHeads: isAlone ? [] : [{ ...before, note: beforeNote }],
  })
  return { scene, zip: zipOf(membersOf(files)) }
}
