// One record with its proof, https://c2sp.org/tlog-proof.
import { fromBase64, fromUtf8, toBase64 } from '../../../src/base/bytes.ts'
import { scopeOf } from '../../../src/discovery/bundle/act.ts'
import { recordProof } from '../../../src/discovery/bundle/proof.ts'
import { damagedSignature, encode, type Base, type BundleCase } from './case.ts'

export async function proofCases({ scene, policy }: Base): Promise<BundleCase[]> {
  const { log, people } = scene
  const head = await log.head()
  const proofOf = async (position: number, mask: readonly number[] = []): Promise<string> => {
    const scope = scopeOf({ positions: { from: position, to: position + 1 }, mask })
    const said = { id: 'e'.repeat(32), by: people[0], at: 0, purpose: 'a test', matter: null }
    const act = { ...said, position: log.size, scope }
    return fromUtf8(await recordProof(act, { evidence: log.evidence(), head })) ?? ''
  }
  const made = (name: string, text: string, code = ''): BundleCase => {
    return { name: `proof: ${name}`, zip: encode(text), policy, exit: code === '' ? 0 : 1, code }
  }
  const good = await proofOf(70)
  const edited = (change: (line: string) => string): string => {
    const line = Buffer.from(fromBase64(extraOf(good)) ?? []).toString('latin1')
    return good.replace(extraOf(good), toBase64(Buffer.from(change(line), 'latin1')))
  }
  return [
    made('a record', good),
    made('a record whose words are masked', await proofOf(70, [1, 2])),
    made('the first record', await proofOf(0)),
    made(
      'the words are changed',
      edited((line) => line.replace('word', 'lord')),
      'record.changed',
    ),
    made(
      'the entry is changed',
      edited((line) => `${line.slice(0, 20)}x${line.slice(21)}`),
      'proof.false',
    ),
    made('another index', good.replace('index 70', 'index 71'), 'proof.false'),
    made('a hash is missing', good.replace(/(\nindex 70\n)\S+\n/, '$1'), 'proof.false'),
    made('it has no record', good.replace(/extra \S+\n/, ''), 'proof.form'),
    made('the head is changed', damagedSignature(good, 30), 'signature.bad'),
  ]
}

function extraOf(text: string): string {
  return /\nextra (\S+)/.exec(text)?.[1] ?? ''
}
