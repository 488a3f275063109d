// Step 1: the files of a bundle are those that its manifest lists, and each has the hash that stands there.
import { ascends, fromUtf8, hasFields, hash64, hex, isCount, isList, isText, looseJson, need, orNull, strictJson } from './bytes.mjs'
import { parseNote } from './note.mjs'
import { tileOf } from './tree.mjs'

const schema = 'onrecord-bundle/1'
const [manifestBytesMax, lineCharsMax, pieceBytes] = [512 * 1024 * 1024, 64 * 1024 * 1024, 262_144]
/** Files that each bundle has, with nothing in them where there is nothing to say, and others. */
const lists = ['records', 'acts', 'identities', 'members', 'excluded', 'heads', 'losses'].map((name) => `${name}.jsonl`)
const always = [...lists, 'log/checkpoint', 'log/entries.bin']
const decimal = '(?:0|[1-9]\\d{0,15})'
const sometimes = new RegExp(`^(?:policy\\.txt|log/(?:before|after)/${decimal}|files/[0-9a-f]{64}|tst/${decimal}\\.tsr|manifest\\.(?:json|note))$`)

/** @throws {Broken} @returns the manifest, its note and how its files are read */
export async function openBundle(source, { sha256, hasher256 }) {
  const names = [...source.keys()]
  const size = (name) => source.get(name).size
  const read = async (name, from, to) => await source.get(name).read(from, to)
  const whole = async (name) => await read(name, 0, size(name))
  const unknown = names.find((name) => !always.includes(name) && !sometimes.test(name) && tileOf(name) === null)
  need(unknown === undefined, 1, 'file.unknown', `a bundle has no file called ${JSON.stringify(unknown)}`)
  for (const name of ['manifest.json', 'manifest.note']) need(source.has(name), 1, 'file.missing', `${name} is missing`)
  need(size('manifest.json') <= manifestBytesMax, 1, 'manifest.form', 'the manifest is too long')
  const bytes = await whole('manifest.json')
  const note = parseNote(await whole('manifest.note'), 'manifest.note', 1)
  need(note.text === `${schema}\n${hex(sha256(bytes))}\n`, 1, 'manifest.changed', 'manifest.json is not what manifest.note signs')
  const manifest = parseManifest(bytes)
  const listed = new Set(manifest.files.map((file) => file.path))
  for (const name of [...listed, ...always]) need(source.has(name) && listed.has(name), 1, 'file.missing', `${name} is missing`)
  for (const name of names) need(listed.has(name) || name.startsWith('manifest.'), 1, 'file.unlisted', `the manifest does not list ${name}`)
  async function* pieces(name) {
    for (let at = 0; at < size(name); at += pieceBytes) yield await read(name, at, Math.min(size(name), at + pieceBytes))
  }
  for (const { path, bytes: length, sha256: expected } of manifest.files) {
    need(size(path) === length, 1, 'file.changed', `${path} has ${size(path)} bytes, the manifest says ${length}`)
    const hashing = hasher256()
    for await (const piece of pieces(path)) hashing.update(piece)
    need(hex(hashing.digest()) === expected, 1, 'file.changed', `${path} does not have the hash that the manifest says`)
  }
  return { manifest, range: manifest.ranges[0], note, names, read, whole, pieces, lines: (name) => linesOf(pieces(name), name) }
}

const isFilter = (list) => list === null || isList(list, isText)
const isRange = (range) => hasFields(range, 'from', 'to') && isCount(range.from) && isCount(range.to)
const isTime = (time) => time === null || (hasFields(time, 'from', 'until') && [time.from, time.until].every((ms) => ms === null || isCount(ms)))
const isWithheld = (one) => hasFields(one, 'from', 'to', 'reason') && isCount(one.from) && isCount(one.to) && isText(one.reason)
const isFile = (file) => hasFields(file, 'path', 'bytes', 'sha256') && isText(file.path) && isCount(file.bytes) && isText(file.sha256)
const counted = ['positions', 'records', 'masked', 'acts', 'excluded', 'identities', 'files', 'losses']

/** The fields of a manifest, in their order, and what each has to be. */
const fields = {
  schema: (name) => name === schema,
  origin: isText,
  export: (act) =>
    hasFields(act, 'act', 'id', 'by', 'at', 'purpose', 'matter') && isCount(act.act) && isCount(act.at) &&
    [act.id, act.by, act.purpose, act.matter ?? ''].every(isText),
  scope: (scope) =>
    hasFields(scope, 'positions', 'time', 'conversations', 'persons', 'mask', 'withhold') && (scope.positions === null || isRange(scope.positions)) &&
    isTime(scope.time) && isFilter(scope.conversations) && isFilter(scope.persons) && isList(scope.mask, isCount) && isList(scope.withhold, isWithheld),
  ranges: (ranges) => isList(ranges, isRange) && ranges.length === 1,
  checkpoint: (head) => hasFields(head, 'size', 'root') && isCount(head.size) && hash64(head.root) !== null,
  counts: (counts) => hasFields(counts, ...counted) && Object.values(counts).every(isCount),
  software: isText,
  files: (files) => isList(files, isFile),
}

/** Read only where it is written in the one way that a manifest is: nobody else can read another one in it. */
function parseManifest(bytes) {
  const check = (holds) => need(holds, 1, 'manifest.form', `the manifest is not of the form ${schema}`)
  const text = fromUtf8(bytes)
  const value = looseJson(text)
  check(hasFields(value, ...Object.keys(fields)) && Object.entries(fields).every(([name, isIt]) => isIt(value[name])))
  const { files, ...rest } = value
  const lines = Object.entries(rest).map(([name, one]) => `  "${name}": ${JSON.stringify(one)},\n`)
  const written = `{\n${lines.join('')}  "files": [\n${files.map((file) => `    ${JSON.stringify(file)}`).join(',\n')}\n  ]\n}\n`
  check(written === text)
  const { ranges: [{ from, to }], checkpoint } = rest
  need(from < to && to <= checkpoint.size, 1, 'manifest.ranges', 'the range is empty, or goes beyond the log')
  need(ascends(files.map(({ path }) => path)), 1, 'manifest.files', 'the files are not in order')
  return value
}

/** What lines say, each with its line feed, out of pieces; null for one that is no JSON, or written in another way. */
async function* linesOf(pieces, name) {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const piece of pieces) {
    const text = orNull(() => decoder.decode(piece, { stream: true }))
    need(text !== null, 5, 'line.form', `${name} is not UTF-8`)
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    need(rest.length <= lineCharsMax, 5, 'line.form', `${name} has a line that is too long`)
    yield* lines.map(strictJson)
  }
  need(rest === '' && orNull(() => decoder.decode()) === '', 5, 'line.form', `${name} ends in the middle of a line`)
}
