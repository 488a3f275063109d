// What may be said of a person, and what of it is new.

import { OperatorError } from '../base/errors.ts'
import { toHex } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import { type People } from './people.ts'
import { type PersonAct, type StoredPerson } from './ports.ts'
import { type Photo, type PhotoType, type Profile, type ProfileChange } from './types.ts'

/** UTF-16 units of a text. */
const profileTextMax = 200
/** RFC 5321 §4.5.3.1: 64 before the @, 255 behind it. */
const mailMax = 320
const photoBytesMax = 98_304

/** Controls, and what turns the direction of what follows. */
const controls = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** What an image begins with (latin-1), at this place. WebP is a RIFF file (RFC 9649 §2.4). */
const magic: readonly (readonly [PhotoType, bytes: string, at: number])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n', 0],
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/webp', 'WEBP', 8],
]

/** Null where it is none of the types that are taken. */
function photoType(bytes: Uint8Array): PhotoType | null {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return magic.find(([, begins, at]) => start.startsWith(begins, at))?.[0] ?? null
}

/** As it can stand here; null where it cannot. */
export function photoOf(bytes: Uint8Array): Photo | null {
  const type = photoType(bytes)
  return type === null || bytes.length > photoBytesMax ? null : { type, bytes }
}

/** Whether a text may stand there. */
export function isProfileText(name: keyof Omit<Profile, 'manager'>, text: string): boolean {
  if (text.trim() === '' || controls.test(text) || !text.isWellFormed()) return false
  if (name === 'mail') return text.length <= mailMax && /^[^\s@]+@[^\s@]+$/.test(text)
  return text.length <= profileTextMax
}

/** @throws {OperatorError} with one sentence */
export function refuseProfile({ set, photo }: ProfileChange): void {
  const { manager: _manager, ...texts } = set
  for (const name of ['name', 'given', 'family', 'mail', 'job', 'unit'] as const) {
    const text = texts[name]
    if (text === undefined || text === null || isProfileText(name, text)) continue
    throw new OperatorError(
      'directory.bad-profile',
      name === 'mail'
        ? `${JSON.stringify(text.slice(0, 60))} is no mail address`
        : `the ${name} has 1 to ${profileTextMax} characters, and no control characters`,
    )
  }
  if (photo) refusePhoto(photo)
}

function refusePhoto({ type, bytes }: Photo): void {
  if (bytes.length > photoBytesMax)
    throw new OperatorError('directory.bad-photo', `a photo has ${photoBytesMax} bytes at most`)
  if (photoType(bytes) !== type)
    throw new OperatorError('directory.bad-photo', 'a photo is a PNG, JPEG or WebP file')
}

/** Only what differs; null where nothing does. @throws {OperatorError} for a manager who is not there */
export function profileAct(
  before: StoredPerson,
  { set, photo, source }: ProfileChange,
  people: Pick<People, 'get'>,
): PersonAct | null {
  const differing = Object.entries(set).filter(
    ([name, value]) => Object.entries(before.profile).find(([one]) => one === name)?.[1] !== value,
  )
  const changed: Partial<Profile> = Object.fromEntries(differing)
  const { manager } = changed
  if (manager === before.id)
    throw new OperatorError('directory.bad-manager', 'nobody is his own manager')
  if (manager && people.get(manager) === null)
    throw new OperatorError('directory.unknown', 'nobody has the id of that manager')
  const isOtherPhoto = photo !== undefined && hashOf(photo) !== before.photo
  const isOtherSource =
    source !== undefined && JSON.stringify(source) !== JSON.stringify(before.source)
  if (differing.length === 0 && !isOtherPhoto && !isOtherSource) return null
  return {
    kind: 'person.profile',
    person: before.id,
    set: changed,
    ...(isOtherPhoto && { photo }),
    ...(isOtherSource && { source }),
  }
}

function hashOf(photo: Photo | null): string | null {
  return photo === null ? null : toHex(sha256(photo.bytes))
}
