// Step 1: the files of a bundle are those that its manifest lists, and each has the hash that stands there.

import { Broken, fromUtf8, hasFields, hex, isCount, isObject, isText, hash64, looseJson } from './bytes.mjs'
import { parseNote } from './note.mjs'
import { tileOf } from './tree.mjs'

export const schema = 'onrecord-bundle/1'

const manifestBytesMax = 512 * 1024 * 1024
const lineCharsMax = 64 * 1024 * 1024
const pieceBytes = 262_144

/** Files that each bundle has, with nothing in them where there is nothing to say. */
const always = [
  'records.jsonl', 'acts.jsonl', 'identities.jsonl', 'members.jsonl', 'excluded.jsonl', 'heads.jsonl', 'losses.jsonl',
  'log/checkpoint', 'log/entries.bin',
]
const sometimes = /^(?:policy\.txt|log\/(?:before|after)\/(?:0|[1-9]\d{0,15})|files\/[0-9a-f]{64}|tst\/(?:0|[1-9]\d{0,15})\.tsr)$/

/** @throws {Broken} @returns the manifest, its note and how its files are read */
export async function openBundle(source, { sha256, hasher256 }) {
  for (const name of source.names) {
    const isKnown = always.includes(name) || sometimes.test(name) || tileOf(name) !== null || /^manifest\.(?:json|note)$/.test(name)
    if (!isKnown) throw new Broken(1, 'file.unknown', `a bundle has no file called ${JSON.stringify(name)}`)
  }
  const there = new Set(source.names)
  if (there.size < source.names.length) throw new Broken(1, 'file.twice', 'two files have one name')
  const whole = async (name) => await source.read(name, 0, source.size(name))
  for (const name of ['manifest.json', 'manifest.note'])
    if (!there.has(name)) throw new Broken(1, 'file.missing', `${name} is missing`)
  if (source.size('manifest.json') > manifestBytesMax) throw new Broken(1, 'manifest.form', 'the manifest is too long')
  const bytes = await whole('manifest.json')
  const note = parseNote(await whole('manifest.note'), 'manifest.note', 1)
  if (note.text !== `${schema}\n${hex(sha256(bytes))}\n`)
    throw new Broken(1, 'manifest.changed', 'manifest.json is not what manifest.note signs')
  const manifest = parseManifest(bytes)
  const listed = new Map(manifest.files.map((file) => [file.path, file]))
  for (const name of [...listed.keys(), ...always])
    if (!there.has(name) || !listed.has(name)) throw new Broken(1, 'file.missing', `${name} is missing`)
  for (const name of there)
    if (!listed.has(name) && !name.startsWith('manifest.')) throw new Broken(1, 'file.unlisted', `the manifest does not list ${name}`)
  async function* pieces(name) {
    const size = source.size(name)
    for (let at = 0; at < size; at += pieceBytes) yield await source.read(name, at, Math.min(size, at + pieceBytes))
  }
  for (const { path, bytes: length, sha256: expected } of manifest.files) {
    if (source.size(path) !== length) throw new Broken(1, 'file.changed', `${path} has ${source.size(path)} bytes, the manifest says ${length}`)
    const hashing = hasher256()
    for await (const piece of pieces(path)) hashing.update(piece)
    if (hex(hashing.digest()) !== expected) throw new Broken(1, 'file.changed', `${path} does not have the hash that the manifest says`)
  }
  return { manifest, note, names: [...there], whole, pieces, lines: (name) => linesOf(pieces(name), name) }
}

/** Read only where it is written in the one way that a manifest is: nobody else can read another one in it. */
function parseManifest(bytes) {
  const text = fromUtf8(bytes)
  const value = looseJson(text)
  const fields = ['schema', 'origin', 'export', 'scope', 'ranges', 'checkpoint', 'counts', 'software', 'files']
  if (value?.schema !== schema) throw new Broken(1, 'manifest.form', `this is no bundle of the form ${schema}`)
  const scope = ['positions', 'time', 'conversations', 'persons', 'mask', 'withhold']
  const counts = ['positions', 'records', 'masked', 'acts', 'excluded', 'identities', 'files', 'losses']
  const isRange = (range) => hasFields(range, ['from', 'to']) && isCount(range.from) && isCount(range.to) && range.from < range.to
  const isList = (list, isGood) => Array.isArray(list) && list.every(isGood)
  const isFile = (file) => hasFields(file, ['path', 'bytes', 'sha256']) && isText(file.path) && isCount(file.bytes) && isText(file.sha256)
  const isWithheld = (one) => hasFields(one, ['from', 'to', 'reason']) && isCount(one.from) && isCount(one.to) && isText(one.reason)
  const isTime = (time) => time === null || (hasFields(time, ['from', 'until']) && [time.from, time.until].every((ms) => ms === null || isCount(ms)))
  const isGood =
    hasFields(value, fields) && isText(value.origin) && isText(value.software) &&
    hasFields(value.export, ['act', 'id', 'by', 'at', 'purpose', 'matter']) && isCount(value.export.act) &&
    hasFields(value.scope, scope) && isTime(value.scope.time) && (value.scope.positions === null || isObject(value.scope.positions)) &&
    [value.scope.conversations, value.scope.persons].every((list) => list === null || isList(list, isText)) &&
    isList(value.scope.mask, isCount) && isList(value.scope.withhold, isWithheld) &&
    hasFields(value.checkpoint, ['size', 'root']) && isCount(value.checkpoint.size) && hash64(value.checkpoint.root) !== null &&
    hasFields(value.counts, counts) && Object.values(value.counts).every(isCount) &&
    isList(value.ranges, isRange) && value.ranges.length > 0 && isList(value.files, isFile)
  if (!isGood || manifestText(value, fields) !== text) throw new Broken(1, 'manifest.form', 'the manifest is not of its form')
  value.ranges.reduce((end, { from, to }) => {
    if (from < end || to > value.checkpoint.size) throw new Broken(1, 'manifest.ranges', 'the ranges are not in order, or go beyond the log')
    return to
  }, 0)
  value.files.reduce((before, { path }) => {
    if (path <= before) throw new Broken(1, 'manifest.files', 'the files are not in order')
    return path
  }, '')
  return value
}

function manifestText(value, fields) {
  const lines = fields.slice(0, -1).map((name) => `  "${name}": ${JSON.stringify(value[name])},\n`)
  const files = value.files.map((file) => `    ${JSON.stringify(file)}`).join(',\n')
  return `{\n${lines.join('')}  "files": [\n${files}\n  ]\n}\n`
}

/** Lines, each with its line feed, out of pieces. */
async function* linesOf(pieces, name) {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  try {
    for await (const piece of pieces) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
      rest = lines.pop()
      if (rest.length > lineCharsMax) throw new Broken(5, 'line.form', `${name} has a line that is too long`)
      yield* lines
    }
    rest += decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) throw new Broken(5, 'line.form', `${name} is not UTF-8`)
    throw error
  }
  if (rest !== '') throw new Broken(5, 'line.form', `${name} ends in the middle of a line`)
}
