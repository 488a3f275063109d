// What acts make of what is known of a person, and how that is written down where it is sealed.

import { toHex } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import { type PersonAct } from './ports.ts'
import { type Details, noProfile } from './types.ts'

export const noDetails: Details = {
  state: 'active',
  suspendedBy: null,
  profile: noProfile,
  photo: null,
  source: null,
}

export function detailsAfter(before: Details, act: PersonAct): Details {
  switch (act.kind) {
    case 'person.add':
      return { ...noDetails, profile: act.profile, source: act.source }
    case 'person.profile': {
      const profile = { ...before.profile, ...act.set }
      const photo = act.photo === undefined ? before.photo : photoHash(act.photo)
      return { ...before, profile, photo, source: act.source ?? before.source }
    }
    case 'person.disable':
      return { ...before, state: 'suspended', suspendedBy: act.sync }
    case 'person.enable':
      return { ...before, state: 'active', suspendedBy: null }
    case 'person.leave':
      return { ...before, state: 'left', suspendedBy: null }
    // The record keeps what was known of him.
    case 'person.remove':
      return { ...noDetails, state: 'left' }
    case 'person.password':
    case 'person.role':
    case 'person.groups':
      return before
    default:
      return act satisfies never
  }
}

/** The same texts for the same details. The state lies beside it. */
export function detailsJson({ profile, suspendedBy, photo, source }: Details): string {
  const { name, given, family, mail, job, unit, manager } = profile
  const said = { name, given, family, mail, job, unit, manager }
  return JSON.stringify({ profile: said, suspendedBy, photo, source })
}

function photoHash(photo: { readonly bytes: Uint8Array } | null): string | null {
  return photo === null ? null : toHex(sha256(photo.bytes))
}
