import { utf8 } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { secretKey, type SecretKey } from '../base/crypto.ts'
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Directory, type PersonId } from '../directory/ports.ts'
import { NoSpace, RecordRefused } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { uploadRecord } from './acts.ts'
import { chunksOf, saltBytes } from './chunks.ts'
import { UploadCut } from './errors.ts'
import { fileId } from './file-id.ts'
import { type FilesLog } from './files-log.ts'
import { essenceOf } from './media-type.ts'
import { type OwnUploads } from './own-uploads.ts'
import { type FileState, type FileStore, type Scanner, type StoredFile } from './ports.ts'
import { openSealed } from './sealed-file.ts'
import { type FileSettings, isRefused } from './settings.ts'
import { type Slot, type Slots } from './slots.ts'
import { takingIn } from './take-in.ts'

/** Uploads at a time, each of which takes a file and half a megabyte. */
const uploadsMax = 64
const uploadsPerPersonMax = 8
const keyBytes = 32

export type UploadReason =
  | 'unknown-slot'
  | 'no-length'
  | 'wrong-length'
  | 'wrong-type'
  | 'type-refused'
  | 'damaged-image'
  | 'scanner-refused'
  | 'not-scanned'
  | 'not-allowed'
  | 'busy'
  | 'cut'
  | 'no-space'
  | 'not-recorded'

/** What came of an upload. Of one that was refused nothing is left. `text` is a sentence for who uploads. */
export type Received =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly reason: UploadReason; readonly text: string }

export type Upload = {
  /** Content-Length; null where there is none. */
  readonly length: number | null
  /** Content-Type, as the client says it. */
  readonly type: string | null
  /** The network address that it comes from. */
  readonly client: string
  /** @throws {UploadCut} when no more comes, and more should have */
  readonly body: AsyncIterable<Uint8Array>
  /** No more is to come: who uploads may not any more. */
  readonly cut: () => void
}

export type ReceiveParts = {
  readonly store: FileStore
  readonly state: FileState
  readonly record: Record
  readonly files: FilesLog
  readonly slots: Slots
  readonly own: OwnUploads
  readonly directory: Pick<Directory, 'get' | 'onRevoked'>
  readonly scanner: Scanner | null
  readonly settings: FileSettings
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Takes the bytes of an upload. When it says `stored` they are durable, and on record. */
export function createReceive(
  parts: ReceiveParts,
): (token: string, upload: Upload) => Promise<Received> {
  const { slots } = parts
  const running: { readonly uploader: PersonId; readonly cut: () => void }[] = []
  parts.directory.onRevoked((person) => {
    for (const { uploader, cut } of running) if (uploader === person) cut()
  })

  function check(slot: Slot, { length, type }: Upload): Received | null {
    if (length === null) return refuse('no-length', 'Say how long the file is: Content-Length.')
    // XEP-0363 section 7: must be refused.
    if (length !== slot.size)
      return refuse(
        'wrong-length',
        `The slot is for ${slot.size} bytes, and ${length} were announced.`,
      )
    if (slot.type !== null && type !== null && essenceOf(type) !== slot.type)
      return refuse('wrong-type', `The slot is for a file of the type ${slot.type}.`)
    if (parts.directory.get(slot.uploader)?.enabled !== true)
      return refuse('not-allowed', 'This account may not upload any more.')
    const own = running.filter(({ uploader }) => uploader === slot.uploader).length
    if (running.length >= uploadsMax || own >= uploadsPerPersonMax)
      return refuse('busy', 'Too many uploads are going on: try again in a minute.')
    return null
  }

  return async (token, upload) => {
    const slot = slots.find(token)
    if (!slot) return refuse('unknown-slot', 'There is no such slot, or it was used: ask for one.')
    const why = check(slot, upload)
    if (why) return why
    slots.begin(slot)
    const going = { uploader: slot.uploader, cut: upload.cut }
    running.push(going)
    try {
      const received = await takeFile(parts, slot, upload)
      if (received.kind === 'stored') parts.own.add(slot.address, upload.client)
      return received
    } catch (error) {
      if (error instanceof UploadCut) return refuse('cut', 'The upload ended before the file did.')
      if (error instanceof NoSpace) return refuse('no-space', noSpace)
      throw error
    } finally {
      running.splice(running.indexOf(going), 1)
      slots.end(slot)
    }
  }
}

const noSpace = 'The server has no room for the file: tell its administrators.'

function refuse(reason: UploadReason, text: string): Received {
  return { kind: 'refused', reason, text }
}

async function takeFile(parts: ReceiveParts, slot: Slot, { body }: Upload): Promise<Received> {
  const { store, random, settings, clock } = parts
  const id = fileId(random.bytes(16).toString('hex'))
  const key = secretKey(random.bytes(keyBytes))
  const chunks = chunksOf(key, { salt: random.bytes(saltBytes), context: utf8(id) })
  const writer = await store.create(id)
  try {
    const into = takingIn(writer, chunks, slot.type)
    for await (const bytes of body) {
      const type = await into.push(bytes)
      if (type !== null && isRefused(settings, type)) return typeRefused(type)
    }
    const { type, size, sha256, served } = await into.end()
    if (size !== slot.size) throw new UploadCut()
    if (isRefused(settings, type)) return typeRefused(type)
    if (served === 'damaged')
      return refuse(
        'damaged-image',
        `This is no ${type} that can be read, so what it says of its place cannot be taken out.`,
      )
    const { uploader, name } = slot
    const facts = { id, uploader, name, type, size, sha256, served }
    const file = { ...facts, uploadedAt: clock.now(), key: key.reveal() }
    // If we stop from here on, the next start drops what no act on record names.
    await parts.state.insert(slot.address, file)
    await writer.keep()
    return await putOnRecord(parts, file, key)
  } finally {
    await writer.close()
  }
}

function typeRefused(type: string): Received {
  return refuse('type-refused', `Files of the type ${type} are not taken here.`)
}

async function putOnRecord(
  parts: ReceiveParts,
  file: StoredFile,
  key: SecretKey,
): Promise<Received> {
  const { record, files } = parts
  try {
    const why = await scanned(parts, file, key)
    if (why) {
      await drop(parts, file)
      return why
    }
    const { position, at } = await record.append(uploadRecord(file))
    files.apply({ kind: 'uploaded', file: file.id, at }, position)
    // On record all the same: the file is found as soon as the state takes it, at the latest from the next start.
    return (await files.written()) ? { kind: 'stored' } : refuse('no-space', noSpace)
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    await drop(parts, file)
    return refuse('not-recorded', error.why.text)
  }
}

/** Null where it passes. */
async function scanned(
  { scanner, store, log }: ReceiveParts,
  { id, type, size }: StoredFile,
  key: SecretKey,
): Promise<Received | null> {
  const reader = scanner && (await store.open(id))
  if (!reader) return null
  try {
    const opened = await openSealed(reader, { key, context: utf8(id), size })
    const verdict = await scanner.scan({ type, size, bytes: opened.read(0, size) })
    if (verdict === 'pass') return null
    return refuse('scanner-refused', 'The scanner does not let this file pass.')
  } catch (error) {
    if (error instanceof FatalError) throw error
    log.error('files.scanner-failed', { error: String(error) })
    return refuse('not-scanned', 'Files cannot be scanned just now: try again later.')
  } finally {
    await reader.close()
  }
}

async function drop({ store, state }: ReceiveParts, { id }: StoredFile): Promise<void> {
  await store.remove(id)
  await state.drop(id)
}
