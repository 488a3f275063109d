import { type Feature } from '../host.ts'
import { administration } from './administration.ts'
import { archive } from './archive.ts'
import { archivePreferences } from './archive-preferences.ts'
import { avatarConversion, vcardAvatars } from './avatar-conversion.ts'
import { blocking } from './blocking.ts'
import { bookmarkStorage, bookmarks } from './bookmarks.ts'
import { caps } from './caps.ts'
import { carbons } from './carbons.ts'
import { carried } from './carried.ts'
import { commands } from './commands.ts'
import { contactAddresses } from './contact-addresses.ts'
import { clientAccess } from './client-access.ts'
import { dataPolicy } from './data-policy.ts'
import { disco } from './disco.ts'
import { entityTime } from './entity-time.ts'
import { externalServices } from './external-services.ts'
import { httpUpload } from './http-upload.ts'
import { invitations, preAuthenticated, registeringInvited } from './invitations.ts'
import { lastActivity } from './last-activity.ts'
import { passwordChange } from './password-change.ts'
import { pep, privateStorage, publicStorage } from './pep.ts'
import { ping } from './ping.ts'
import { privateXml } from './private-xml.ts'
import { pubsub } from './pubsub.ts'
import { push } from './push.ts'
import { reporting } from './reporting.ts'
import { retraction } from './retraction.ts'
import { roomExtras } from './room-extras.ts'
import { rooms } from './rooms.ts'
import { roster } from './roster.ts'
import { vcard4 } from './vcard4.ts'
import { vcardTemp } from './vcard-temp.ts'
import { version } from './version.ts'

/** Everything that the server speaks beyond the core. A new feature is its file, and its name here. */
export const features: readonly Feature[] = [
  administration,
  archive,
  archivePreferences,
  avatarConversion,
  blocking,
  bookmarkStorage,
  bookmarks,
  caps,
  carbons,
  clientAccess,
  commands,
  contactAddresses,
  dataPolicy,
  disco,
  entityTime,
  externalServices,
  httpUpload,
  invitations,
  lastActivity,
  passwordChange,
  pep,
  ping,
  preAuthenticated,
  privateStorage,
  privateXml,
  publicStorage,
  pubsub,
  push,
  registeringInvited,
  reporting,
  retraction,
  rooms,
  roster,
  vcardAvatars,
  vcard4,
  vcardTemp,
  version,
  ...roomExtras,
  ...carried,
]
