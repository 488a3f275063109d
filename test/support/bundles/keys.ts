// The log's signing keys are changed by an act on record: steps 2 and 4.
import { conversationId } from '../../../src/record/ids.ts'
import { type SignerChange } from '../../../src/record/keys/signers.ts'
import { serverRecord } from '../../../src/record/server-record.ts'
import { memoryKeys } from '../../fakes/vault.ts'
import { editedLines, type BundleCase } from './case.ts'
import { actOn, bundleOf, emptyScene, policyOf, signedAnew, type Files } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'

const whole = { exit: 0, code: '' } as const

export async function keyCases(): Promise<BundleCase[]> {
  const { files, before, after, keys } = await turned((change) => change)
  const forged = await turned(async (change) => {
    const stranger = await memoryKeys('a stranger', 'chat.example')
    const theirs = await stranger.changeSigners(new Uint8Array(), async () => 0)
    return { ...change, signatures: { ...change.signatures, old: theirs.signatures.old } }
  })
  const zip = zipOf(membersOf(files))
  const without = new Map(files)
  editedLines(without, 'acts.jsonl', (all) => all.filter((line) => !line.includes('key.signing')))
  return [
    { name: 'new keys sign the log, and the old ones are known', zip, policy: before, ...whole },
    { name: 'an old head is signed by keys of before', zip, policy: after, ...whole },
    {
      name: 'new keys sign the log, and nothing says that they are its own',
      zip: zipOf(membersOf(signedAnew(without, keys))),
      policy: before,
      exit: 1,
      code: 'checkpoint.unsigned',
    },
    {
      name: 'the old keys have not signed that there are new ones',
      zip: zipOf(membersOf(forged.files)),
      policy: forged.before,
      exit: 1,
      code: 'keys.unsigned',
    },
  ]
}

type Turned = {
  readonly files: Files
  readonly before: string
  readonly after: string
  readonly keys: Parameters<typeof signedAnew>[1]
}

/** Something is said before and after, and the head of before is in the bundle. */
async function turned(
  said: (change: SignerChange) => SignerChange | Promise<SignerChange>,
): Promise<Turned> {
  const scene = await emptyScene('turned')
  const { keys, log } = scene
  await scene.say(0, 1, 'before')
  const before = policyOf(keys)
  const old = await log.head()
  await keys.changeSigners(new Uint8Array(), async (change) => {
    const content = JSON.stringify({ v: 1, by: 'command line', ...(await said(change)) })
    const conversation = conversationId(`${'0'.repeat(30)}24`)
    return await log.add(serverRecord({ kind: 'key.signing', conversation, members: [], content }))
  })
  await scene.say(1, 0, 'after')
  const files = await bundleOf(scene, await actOn(scene), { otherHeads: [old] })
  return { files, before, after: policyOf(keys), keys }
}
