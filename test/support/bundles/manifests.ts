import { toHex } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import { scopeOf } from '../../../src/discovery/bundle/act.ts'
import {
  byHand,
  damagedSignature,
  edited,
  encode,
  flipped,
  nothing,
  withExportKey,
  type Base,
  type BundleCase,
} from './case.ts'
import { textIn } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'

/** Files and manifest: step 1. */
export function manifestCases(base: Base): BundleCase[] {
  const { files } = base
  const [some = ''] = [...files.keys()].filter((name) => name.startsWith('files/'))
  return [
    byHand(base, 'the manifest is changed', 'manifest.changed', (all) =>
      edited(all, 'manifest.json', (text) => text.replace('a test', 'a lie!')),
    ),
    byHand(base, 'the note is of another manifest', 'manifest.changed', (all) =>
      edited(all, 'manifest.note', (text) => text.replace(/[0-9a-f]{64}/, '0'.repeat(64))),
    ),
    byHand(base, 'the signature of the manifest is changed', 'signature.bad', (all) =>
      edited(all, 'manifest.note', (text) => damagedSignature(text, 40)),
    ),
    byHand(base, 'the note is missing', 'file.missing', (all) => all.delete('manifest.note')),
    byHand(base, 'records.jsonl is missing', 'file.missing', (all) => all.delete('records.jsonl')),
    byHand(base, 'an attachment is missing', 'file.missing', (all) => all.delete(some)),
    byHand(base, 'a file is put in', 'file.unlisted', (all) =>
      all.set(`files/${'a'.repeat(64)}`, encode('mine')),
    ),
    byHand(base, 'a byte of the records is changed', 'file.changed', (all) =>
      flipped(all, 'records.jsonl', 5_000),
    ),
    byHand(base, 'the records are cut short', 'file.changed', (all) =>
      all.set('records.jsonl', (files.get('records.jsonl') ?? new Uint8Array()).slice(0, 9_000)),
    ),
    withExportKey(base, ['a page is put in', 'file.unknown'], (all) =>
      all.set('index.html', encode('<script>')),
    ),
    twice(base),
    ...forgedManifests(base),
  ]
}

function forgedManifests(base: Base): BundleCase[] {
  return [
    withExportKey(
      base,
      ['the range goes beyond the log', 'manifest.ranges'],
      nothing,
      (manifest) => {
        manifest['ranges'] = [{ from: 0, to: 9_999 }]
      },
    ),
    withExportKey(
      base,
      ['the manifest is of another version', 'manifest.form'],
      nothing,
      (manifest) => {
        manifest['schema'] = 'onrecord-bundle/2'
      },
    ),
    withExportKey(base, ['the counts are forged', 'counts'], nothing, (manifest) => {
      manifest['counts'] = { ...Object(manifest['counts']), records: 293 }
    }),
    withExportKey(
      base,
      ['the scope is not the one on record', 'export.other'],
      nothing,
      (manifest) => {
        manifest['scope'] = { ...scopeOf({}), mask: [1] }
      },
    ),
    withExportKey(
      base,
      ['the purpose is not the one on record', 'export.other'],
      nothing,
      (manifest) => {
        manifest['export'] = { ...Object(manifest['export']), purpose: 'an audit' }
      },
    ),
    withExportKey(
      base,
      ['the manifest names another head', 'checkpoint.other'],
      nothing,
      (manifest) => {
        manifest['checkpoint'] = { ...Object(manifest['checkpoint']), size: 304 }
      },
    ),
  ]
}

/** JSON.stringify has no name twice, so this one is written by hand. */
function twice({ scene, files, policy }: Base): BundleCase {
  const json = textIn(files, 'manifest.json').replace('  "origin"', '  "origin": "a",\n  "origin"')
  const all = new Map(files)
  all.set('manifest.json', encode(json))
  const text = `onrecord-bundle/1\n${toHex(sha256(encode(json)))}\n`
  all.set('manifest.note', encode(scene.keys.exports.sign(text)))
  const name = 'a name of the manifest stands there twice'
  return { name, zip: zipOf(membersOf(all)), policy, exit: 1, code: 'manifest.form' }
}
