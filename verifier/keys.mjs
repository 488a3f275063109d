// The keys that sign the log's heads are changed by an act on record, which those that go and those that come have signed. Who knows one
// pair knows the others by it. LEDGER.md §8.
import { fromBase64, isList, isObject, isText, looseJson, need, utf8 } from './bytes.mjs'
import { textOf } from './entries.mjs'
import { parseKey } from './note.mjs'

/** The policy with the keys that follow from those that it knows: in `logs` those that came after, which sign what is newest; in `past`
 * those that went before, which earlier heads may be signed with.
 * @param acts of kind `key.signing`, in log order @throws {Broken} for one that a key of the policy has not signed */
export async function followKeys(acts, policy, { port, report }) {
  const [logs, past] = [[...policy.logs], []]
  const changes = acts.map((act) => ({ index: act.index, ...parseChange(act, port.sha256) }))
  const knownTo = (known, pair) => known.filter(({ text }) => pair.some((key) => key.text === text))
  const newTo = (known, pair) => pair.filter(({ text }) => known.every((key) => key.text !== text))
  for (const { index, old, next, isSigned } of changes) {
    const [known, fresh] = [knownTo(logs, old), newTo(logs, next)]
    if (known.length === 0 || !(await isSigned(known, 'old', port.verify))) continue
    for (const key of known) key.isReplaced = true
    if (fresh.length === 0) continue // The policy has those that came, too.
    logs.push(...fresh)
    report.proved.push(`Record ${index} of the log replaced the keys that sign it: those of your policy that went have signed those that came.`)
  }
  for (const { old, next, isSigned } of changes.toReversed()) {
    const [known, gone] = [knownTo([...logs, ...past], next), newTo([...logs, ...past], old)]
    if (known.length > 0 && gone.length > 0 && (await isSigned(known, 'new', port.verify))) past.push(...gone)
  }
  return { ...policy, logs, past }
}

function parseChange(act, sha256) {
  const where = `record ${act.index}`
  const said = looseJson(textOf(act, 1) ?? 'null')
  const { origin, heads, signatures } = said ?? {}
  const arePairs = isObject(heads) && isObject(signatures) && [said, signatures].every((of) => isList(of.old, isText) && isList(of.new, isText))
  need(arePairs && said.old.length === 2 && said.new.length === 2, 2, 'keys.form', `${where} is no change of signing keys`)
  const [old, next] = [said.old, said.new].map((pair) => pair.map((text) => parseKey(text, sha256)))
  need([...old, ...next].every((key) => typeof key !== 'string' && key.name === origin), 2, 'keys.form', `${where} names what are no keys of the log`)
  const statement = ['onrecord signing keys 1', origin, ...said.old, ...said.new, heads.count, heads.sha256].map((line) => `${line}\n`).join('')
  /** Whether one of these keys has signed it; a bad signature of any ends it all. */
  async function isSigned(keys, which, verify) {
    let found = false
    for (const { text, algorithm, raw } of keys) {
      const signature = fromBase64(signatures[which][said[which].indexOf(text)])
      const isValid = await verify(algorithm, raw, utf8(statement), signature ?? new Uint8Array())
      need(isValid !== false, 2, 'keys.unsigned', `${where}: the ${which} ${algorithm} key has not signed it`)
      found ||= isValid === true
    }
    return found
  }
  return { old, next, isSigned }
}
