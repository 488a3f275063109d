// Bundles that are right, and bundles that somebody has tampered with: by hand, with the export key, or with the log's own keys. Each
// says what a verifier has to answer. The table is run against the program, the page, and the second implementation.
import { type Base, type BundleCase } from './case.ts'
import { actCases } from './acts.ts'
import { headCases, witnessCases } from './heads.ts'
import { keyCases } from './keys.ts'
import { logCases, statementCases } from './logs.ts'
import { manifestCases } from './manifests.ts'
import { proofCases } from './proofs.ts'
import { recordCases } from './records.ts'
import { actOn, bundleOf, policyOf, talkingScene } from './scene.ts'
import { scopeCases } from './scopes.ts'
import { treeCases } from './trees.ts'
import { membersOf, zipOf } from './zip-of.ts'
import { zipCases } from './zips.ts'

export type { BundleCase } from './case.ts'

/** All of them. They take a second or two to make. */
export async function bundleCases(): Promise<readonly BundleCase[]> {
  const scene = await talkingScene()
  const act = await actOn(scene)
  const files = await bundleOf(scene, act, { otherHeads: [await scene.log.head(50)] })
  const base: Base = { scene, files, policy: policyOf(scene.keys) }
  return [
    ...wholeCases(base),
    ...manifestCases(base),
    ...zipCases(base),
    ...(await headCases(base)),
    ...treeCases(base),
    ...recordCases(base),
    ...(await scopeCases()),
    ...(await logCases()),
    ...(await statementCases()),
    ...(await witnessCases()),
    ...(await keyCases()),
    ...(await proofCases(base)),
    ...(await actCases()),
  ]
}

function wholeCases({ files, policy }: Base): BundleCase[] {
  const zip = zipOf(membersOf(files))
  const key = policy.split('\n')[0]?.slice('log '.length) ?? ''
  return [
    { name: 'everything', zip, policy, exit: 0, code: '' },
    { name: 'everything, with the verifier key alone', zip, policy: key, exit: 0, code: '' },
  ]
}
