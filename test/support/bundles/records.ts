import { toBase64, toHex, utf8 } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import {
  edited,
  editedLines,
  encode,
  withExportKey,
  type Base,
  type BundleCase,
  type Said,
} from './case.ts'
import { fileText, textIn, type Files } from './scene.ts'

type Line = {
  index: number
  parts: { id: number; salt?: string; text?: string; bytes?: string; c?: string }[]
}

/** Records, acts, names, members and files: step 5. */
export function recordCases(base: Base): BundleCase[] {
  return [
    change(
      base,
      ['the words of a record are changed', 'record.changed'],
      one(9, (line) => {
        first(line, 1).text = 'other words'
      }),
    ),
    change(
      base,
      ['the sender of a record is changed', 'record.changed'],
      one(9, (line) => {
        const part = first(line, 0)
        part.text = part.text?.replace(/"sender":"\w+"/, `"sender":"${'a'.repeat(32)}"`) ?? ''
      }),
    ),
    change(
      base,
      ['the time of a record is changed', 'record.changed'],
      one(9, (line) => {
        const part = first(line, 0)
        part.text = part.text?.replace(/"t_server":\d{9}/, '"t_server":179608000') ?? ''
      }),
    ),
    change(
      base,
      ['the salts of two parts are exchanged', 'record.changed'],
      one(9, (line) => {
        const [a, b] = [first(line, 0), first(line, 1)]
        ;[a.salt, b.salt] = [b.salt ?? '', a.salt ?? '']
      }),
    ),
    change(
      base,
      ['a part is left out', 'record.changed'],
      one(9, (line) => {
        line.parts = line.parts.filter(({ id }) => id !== 2)
      }),
    ),
    change(
      base,
      ['a part is masked with another commitment', 'record.changed'],
      one(9, (line) => {
        line.parts[2] = { id: 2, c: toBase64(sha256(utf8('x'))) }
      }),
    ),
    ...lineCases(base),
    ...besideCases(base),
    ...fileCases(base),
    misplaced(base),
    ...missingCases(base),
  ]
}

function lineCases(base: Base): BundleCase[] {
  return [
    change(base, ['two records are exchanged', 'record.changed'], (all) => {
      const [a = '', b = ''] = [all[9], all[10]]
      const [ia, ib] = [indexOf(a), indexOf(b)]
      return all.map((text, i) =>
        i === 9
          ? b.replace(`:${ib},`, `:${ia},`)
          : i === 10
            ? a.replace(`:${ia},`, `:${ib},`)
            : text,
      )
    }),
    change(base, ['a record is left out', 'position.unaccounted'], (all) => all.toSpliced(9, 1)),
    change(base, ['a record is put in', 'line.order'], (all) => all.toSpliced(9, 0, all[9] ?? '')),
    change(base, ['two records are in the wrong order', 'position.unaccounted'], (all) =>
      all.toSpliced(9, 2, all[10] ?? '', all[9] ?? ''),
    ),
    change(base, ['a record is of no entry', 'line.unknown'], (all) => [
      ...all,
      (all[9] ?? '').replace(/"index":\d+/, '"index":9000'),
    ]),
    change(base, ['a name stands twice in a line', 'line.form'], (all) =>
      all.with(9, (all[9] ?? '').replace('{"index"', '{"index":1,"index"')),
    ),
    change(base, ['a line says more than a record does', 'line.form'], (all) =>
      all.with(9, (all[9] ?? '').replace('{"index"', '{"note":"true","index"')),
    ),
    change(
      base,
      ['an envelope stands as bytes, where nobody reads it', 'line.form'],
      one(9, (line) => {
        const part = first(line, 0)
        line.parts[0] = { id: 0, salt: part.salt ?? '', bytes: toBase64(utf8(part.text ?? '')) }
      }),
    ),
    change(base, ['a line has spaces', 'line.form'], (all) =>
      all.with(9, (all[9] ?? '').replace('{"index":', '{"index": ')),
    ),
  ]
}

function besideCases(base: Base): BundleCase[] {
  return [
    change(
      base,
      ['a statement is changed', 'record.changed'],
      (all) => all.map((text) => text.replace('\\"size\\":', '\\"sized\\":')),
      'acts.jsonl',
    ),
    change(
      base,
      ['an address is given to somebody else', 'identity.false'],
      (all) => all.map((text) => text.replace('bo@', 'cy@')),
      'identities.jsonl',
    ),
    change(
      base,
      ['the address of an outsider is another one', 'identity.false'],
      (all) => all.map((text) => text.replace('eve@', 'eva@')),
      'identities.jsonl',
    ),
    change(
      base,
      ['a list of members has a number for its hash', 'members.form'],
      (all) => ['{"hash":1,"members":[]}', ...all],
      'members.jsonl',
    ),
    change(
      base,
      ['a list of members is changed', 'members.false'],
      (all) => all.map((text, i) => (i === 0 ? text.replace('aaa2"', 'aaa4"') : text)),
      'members.jsonl',
    ),
  ]
}

function fileCases(base: Base): BundleCase[] {
  return [
    withExportKey(base, ['an attachment is changed', 'file.content'], (files) =>
      files.set(nameOfFile(files), encode(fileText.toUpperCase())),
    ),
    withExportKey(
      base,
      ['an attachment is left out, and not among the losses', 'file.missing'],
      (files) => files.delete(nameOfFile(files)),
      (manifest) => {
        manifest['counts'] = { ...Object(manifest['counts']), files: 0 }
      },
    ),
    withExportKey(
      base,
      ['an attachment that no record names', 'file.unnamed'],
      (files) => files.set(`files/${toHex(sha256(encode('x')))}`, encode('x')),
      (manifest) => {
        manifest['counts'] = { ...Object(manifest['counts']), files: 2 }
      },
    ),
    withExportKey(base, ['records.jsonl is not UTF-8', 'line.form'], (files) => {
      const bytes = new Uint8Array(files.get('records.jsonl') ?? [])
      bytes[700] = 0xff
      files.set('records.jsonl', bytes)
    }),
    withExportKey(base, ['the last line has no end', 'line.form'], (files) =>
      edited(files, 'records.jsonl', (text) => text.slice(0, -1)),
    ),
  ]
}

function missingCases(base: Base): BundleCase[] {
  return [
    change(
      base,
      ['the act of export is missing', 'export.missing'],
      (all) => all.filter((text) => indexOf(text) < base.scene.log.size - 1),
      'acts.jsonl',
    ),
    change(
      base,
      ['a loss is made up', 'counts'],
      () => [`{"what":"file","index":5,"sha256":"${'a'.repeat(64)}","why":"it is gone"}`],
      'losses.jsonl',
    ),
    withExportKey(
      base,
      ['an attachment is left out, and a loss of members names it', 'loss.form'],
      (files) => {
        const name = nameOfFile(files)
        files.delete(name)
        const loss = { what: 'members', records: 1, sha256: name.slice('files/'.length) }
        editedLines(files, 'losses.jsonl', () => [JSON.stringify(loss)])
      },
      (manifest) => {
        manifest['counts'] = { ...Object(manifest['counts']), files: 0, losses: 1 }
      },
    ),
    change(base, ['a line is nested deeper than anybody reads', 'line.form'], (all) =>
      all.with(9, '['.repeat(100_000) + ']'.repeat(100_000)),
    ),
    change(
      base,
      ['an address is of what every object has', 'identity.form'],
      (all) => [...all, '{"person":"valueOf","address":"x@y","since":0,"until":null}'],
      'identities.jsonl',
    ),
    change(base, ['a loss is of nothing', 'loss.form'], () => ['{"what":"time"}'], 'losses.jsonl'),
    withExportKey(base, ['a statement is left out', 'exclusion.statement'], (files) => {
      let gone = 0
      editedLines(files, 'acts.jsonl', (all) => {
        const at = all.findIndex((text) => text.includes('"body"'))
        gone = indexOf(all[at] ?? '')
        return all.toSpliced(at, 1)
      })
      const run = { from: gone, to: gone + 1, reason: 'destroyed' }
      editedLines(files, 'excluded.jsonl', () => [JSON.stringify(run)])
    }),
  ]
}

type LineChange = (all: string[]) => string[]

/** Changes the lines of a file. */
function change(base: Base, said: Said, lines: LineChange, file = 'records.jsonl'): BundleCase {
  return withExportKey(base, said, (files) => editedLines(files, file, lines))
}

function one(at: number, edit: (line: Line) => void): LineChange {
  return (all) => all.map((text, i) => (i === at ? editedJson(text, edit) : text))
}

function first(line: Line, id: number): Line['parts'][number] {
  return line.parts.find((part) => part.id === id) ?? { id }
}

function misplaced(base: Base): BundleCase {
  return withExportKey(base, ['an act stands among the records', 'line.place'], (files) => {
    const [act = ''] = textIn(files, 'acts.jsonl').split('\n')
    editedLines(files, 'acts.jsonl', (all) => all.slice(1))
    editedLines(files, 'records.jsonl', (all) => [act, ...all])
  })
}

function editedJson(text: string, edit: (line: Line) => void): string {
  const line: Line = JSON.parse(text)
  edit(line)
  return JSON.stringify(line)
}

function indexOf(text: string): number {
  const { index }: Line = JSON.parse(text)
  return index
}

function nameOfFile(files: Files): string {
  return [...files.keys()].find((name) => name.startsWith('files/')) ?? ''
}
