import { deflateRawSync } from 'node:zlib'
import { encode, type Base, type BundleCase } from './case.ts'
import { membersOf, zipOf, type Member, type ZipEnd } from './zip-of.ts'

/** What can be hidden in a zip: step 1. */
export function zipCases({ files, policy }: Base): BundleCase[] {
  const members = membersOf(files)
  const make = (name: string, code: string, all: readonly Member[], end?: ZipEnd): BundleCase => ({
    name: `zip: ${name}`,
    zip: zipOf(all, end),
    policy,
    exit: 1,
    code,
  })
  const [first, ...rest] = members
  if (!first) throw new Error('a bundle has files')
  const bomb = deflateRawSync(new Uint8Array(4_000_000))
  const extra = (name: string): Member[] => [...members, { name, bytes: encode('x') }]
  const whole = zipOf(members)
  return [
    make('a name that leads out of the folder', 'file.unknown', extra('../../evil')),
    make('a name that begins at the root', 'file.unknown', extra('/etc/passwd')),
    make('a name with backslashes', 'file.unknown', extra('..\\evil')),
    make('a name with a zero byte', 'file.unknown', extra('policy.txt\0.html')),
    make('a name in other letters', 'file.unknown', extra('Records.jsonl')),
    make('two members of one name', 'zip.layout', [...members, first]),
    make('a member that inflates to a thousand times as much', 'zip.layout', [
      ...rest,
      { ...first, bytes: bomb, method: 8 },
    ]),
    make('a local header that says another name', 'zip.layout', [
      { ...first, localName: first.name.replace('r', 'R') },
      ...rest,
    ]),
    make('bytes that lie between two members', 'zip.layout', [
      first,
      ...rest.map((one, i) => (i === 0 ? { ...one, before: encode('hidden') } : one)),
    ]),
    make('bytes before the first member', 'zip.layout', [
      { ...first, before: encode('#!/bin/sh\n') },
      ...rest,
    ]),
    make('two members that lie in one place', 'zip.layout', [
      ...members,
      { name: 'policy.txt2', bytes: first.bytes, offset: 0, isGhost: true },
    ]),
    make('a link', 'zip.layout', [...rest, { ...first, mode: 0o120777 }]),
    make('a member that is longer than it is', 'zip.layout', [
      { ...first, size: first.bytes.length + 9 },
      ...rest,
    ]),
    make('a member that is said to be encrypted', 'zip.layout', [
      ...rest,
      { ...first, flags: 0x801 },
    ]),
    make('a comment', 'zip.none', members, { comment: 'read me' }),
    make('bytes behind its end', 'zip.none', members, { behind: encode('PK') }),
    make('a directory that counts one less', 'zip.layout', members, { count: members.length - 1 }),
    make('an extra field', 'zip.layout', [...rest, { ...first, extra: encode('up\x04\0abcd') }]),
    {
      name: 'zip: it is cut in half',
      zip: whole.slice(0, whole.length / 2),
      policy,
      exit: 1,
      code: 'zip.none',
    },
  ]
}
