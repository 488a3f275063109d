// Steps 5 and 6, the rest: who had which address, who the members were, files, and what the log itself states of how many records there are.
import { ascends, concat, hash64, hasFields, hex, isCount, isId, isList, isText, need, number, unhex, utf8 } from './bytes.mjs'
import { decodeEntry, entryBytes, itemBytes } from './entries.mjs'
import { isIncluded } from './tree.mjs'

export async function checkContents(run) {
  const identities = await checkIdentities(run)
  await checkMembers(run)
  await checkFiles(run)
  await checkHeads(run)
  checkCertificates(run)
  const { manifest, seen, incomplete } = run
  const excluded = [...seen.excluded.values()].reduce((sum, count) => sum + count, 0)
  for (const [name, count] of Object.entries({ ...seen.counts, excluded, identities }))
    need(manifest.counts[name] === count, 6, 'counts', `the manifest counts ${manifest.counts[name]} ${name}, and there are ${count}`)
  const unreadable = seen.excluded.get('unreadable')
  if (unreadable) incomplete(6, 'record.unreadable', `${unreadable} records could not be read when the bundle was made`)
}

async function checkIdentities({ lines, seen, report, port }) {
  let [last, count] = ['', 0]
  const named = new Set()
  for await (const one of lines('identities.jsonl')) {
    const isGood = hasFields(one, 'person', 'address', 'since', 'until') && isId(one.person) && isText(one.address)
    need(isGood, 5, 'identity.form', 'identities.jsonl has a line that is no identity')
    const { person, address, since, until } = one
    const place = `${person} ${String(since ?? 0).padStart(16, '0')}`
    need(place > last, 5, 'identity.order', `${address} is not in its order`)
    last = place
    count++
    named.add(person)
    ;(report.names[person] ??= []).push(address)
    const says = (index, kind) => (seen.opened.get(index)?.kind === kind ? seen.opened.get(index).says : null)
    const added = says(since, 'person.add')
    const isOutside = until === null && hex(port.sha256(utf8(`onrecord outsider ${address}`))).slice(0, 32) === person
    const isHere = added?.person === person && added.address === address && (until === null || says(until, 'person.remove')?.person === person)
    need(since === null ? isOutside : isHere, 5, 'identity.false', `nothing in the bundle says that ${address} was the address of ${person}`)
  }
  const unnamed = [...seen.persons].filter((id) => !named.has(id)).length
  if (named.size > 0) report.proved.push(`${named.size} persons: acts in the log gave them their addresses, or their id is the hash of the address.`)
  if (unnamed > 0) report.asserted.push(`whose ids ${unnamed} of those in the records are (rooms and the record's own archives have ids too)`)
  return count
}

async function checkMembers({ lines, seen, port }) {
  let last = ''
  for await (const one of lines('members.jsonl')) {
    const isGood = hasFields(one, 'hash', 'members') && isText(one.hash) && isList(one.members, isText) && one.hash > last
    need(isGood, 5, 'members.form', 'members.jsonl has a line that is no list of members')
    last = one.hash
    const isThat = ascends(one.members) && hex(port.sha256(utf8(one.members.map((id) => `${id}\n`).join('')))) === one.hash && seen.members.has(one.hash)
    need(isThat, 5, 'members.false', `the list ${one.hash.slice(0, 12)}… is not the one that a record names`)
  }
}

async function checkFiles({ names, lines, seen, manifest, report, incomplete }) {
  const listed = manifest.files.filter(({ path }) => path.startsWith('files/'))
  for (const { path, bytes, sha256 } of listed) {
    need(path === `files/${sha256}`, 5, 'file.content', `${path} is not called by its hash`)
    const named = seen.files.get(sha256)
    need(named !== undefined, 5, 'file.unnamed', `no record names ${path}`)
    need(named.size === bytes, 5, 'file.size', `record ${named.index} names ${path} with ${named.size} bytes`)
  }
  need(listed.length === manifest.counts.files, 6, 'counts', 'the manifest counts other files')
  const missing = new Set(seen.files.keys())
  for (const name of names) missing.delete(name.slice('files/'.length))
  let losses = 0
  for await (const loss of lines('losses.jsonl')) {
    const isFile = loss?.what === 'file' && hasFields(loss, 'what', 'index', 'sha256', 'why') && isText(loss.why)
    const isMembers = loss?.what === 'members' && hasFields(loss, 'what', 'records') && isCount(loss.records)
    need(isFile || isMembers, 5, 'loss.form', 'losses.jsonl has a line that is no loss')
    losses++
    if (isFile) missing.delete(loss.sha256)
    if (isFile) incomplete(5, 'file.lost', `the file ${loss.sha256} is not in the bundle: ${loss.why}`)
    else report.asserted.push(`who the members were of ${loss.records} records: only the hash of their list is known`)
  }
  need(missing.size === 0, 5, 'file.missing', `${missing.size} files that records name are neither in the bundle nor among the losses`)
  need(losses === manifest.counts.losses, 6, 'counts', 'the manifest counts other losses')
}

/** Statements of how many records each conversation had in a bucket when the log had so many. LEDGER.md §3.5. */
async function checkHeads({ lines, read, acts, hashes, chain, seen, report, range: { from, to } }) {
  let [count, behind] = [0, 0]
  for await (const one of lines('heads.jsonl')) {
    const isForm = hasFields(one, 'statement', 'bucket', 'handle', 'next', 'last', 'leaf', 'path') && isList(one.path, hash64)
    const says = acts.heads.get(one?.statement)
    const [root, handle] = [unhex(says?.root, 32), unhex(one?.handle, 8)]
    const areCounts = isForm && [one.bucket, one.next, one.last, one.leaf, says?.size].every(isCount)
    need(root && handle && areCounts && says.size <= one.statement, 6, 'heads.form', 'heads.jsonl has a line of no statement that is there')
    const item = concat(number(one.bucket, 4), handle, number(one.next, 4), number(one.last))
    const isSaid = isIncluded({ leafHash: hashes.leaf(item), index: one.leaf, size: says.count, root }, one.path.map(hash64), hashes)
    need(isSaid, 6, 'heads.proof', `the statement ${one.statement} does not say that of ${one.handle}`)
    const found = chain.handles.get(`${one.bucket} ${one.handle}`)
    // All entries of the range are there, one behind the other.
    const at = (seen.before + one.last - from) * itemBytes + itemBytes - entryBytes
    const newest = one.last >= from && one.last < to ? decodeEntry(await read('log/entries.bin', at, at + entryBytes), one.last) : null
    const isThere = newest === null || (newest.bucket === one.bucket && newest.handle === one.handle && newest.seq === one.next - 1)
    // What is in the range ends with the newest of all, or has more behind the range.
    const hasMore = one.last >= to
    const isEnd = says.size < to || (found?.last ?? null) === null || (hasMore ? found.next < one.next : found.last === one.last)
    need(isThere && isEnd, 6, 'heads.count', `the log said that ${one.handle} had ${one.next} records, the last of them record ${one.last}`)
    if (says.size >= to) count++
    if (hasMore) behind++
  }
  const more = `${behind} of them have more behind the range`
  if (count > 0) report.proved.push(`For ${count} conversations in a bucket the log itself has stated how many records they had: ${more}.`)
}

/** Records that were destroyed are covered by a certificate that counts them. LEDGER.md §5. */
function checkCertificates({ seen, acts, range, incomplete, report }) {
  let counted = 0
  for (const [bucket, { destroyed, others, count, first, last, tree }] of seen.buckets) {
    if (destroyed === 0) continue
    const { leaves, survivors } = acts.certificates.get(bucket) ?? {}
    if (leaves === undefined) {
      incomplete(6, 'destroyed.uncertified', `${destroyed} records of bucket ${bucket} cannot be shown, and no certificate in the bundle says why`)
    } else if (leaves.first < range.from || leaves.last >= range.to) {
      need(count <= leaves.count, 6, 'certificate.count', `bucket ${bucket} has ${count} records in the range, its certificate says ${leaves.count}`)
      incomplete(6, 'certificate.partly', `bucket ${bucket} is only partly in the range: its certificate cannot be counted after`)
    } else {
      const isSame = leaves.count === count && leaves.first === first && leaves.last === last && hex(tree.root()) === leaves.root
      need(isSame, 6, 'certificate.leaves', `the certificate of bucket ${bucket} is not of the records that the log has`)
      const says = `${destroyed} of the ${count} records of bucket ${bucket} are said to be destroyed, and ${survivors?.count} left`
      need(destroyed <= count - survivors?.count, 6, 'certificate.survivors', says)
      // A certificate counts what is left, and does not say which: told apart are all of a bucket, or none.
      const isTold = survivors.count === 0 || (others === 0 && destroyed === count - survivors.count)
      const untold = `bucket ${bucket} has ${survivors.count} records left: nothing proves that it is the ${destroyed} that were destroyed`
      if (!isTold) incomplete(6, 'destroyed.untold', untold)
      counted++
    }
  }
  if (counted > 0) report.proved.push(`Of ${counted} buckets records were destroyed: the certificates count the very records that the log has of them.`)
}
