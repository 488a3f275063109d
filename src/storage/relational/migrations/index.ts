import { type Migration } from '../migrate.ts'
import { migration as people } from './0001-people.ts'
import { migration as accounts } from './0002-accounts.ts'
import { migration as rooms } from './0003-rooms.ts'
import { migration as clients } from './0004-clients.ts'
import { migration as pep } from './0005-pep.ts'
import { migration as files } from './0006-files.ts'
import { migration as push } from './0007-push.ts'
import { migration as requests } from './0008-requests.ts'
import { migration as signIns } from './0009-sign-ins.ts'
import { migration as invitations } from './0010-invitations.ts'
import { migration as retention } from './0011-retention.ts'
import { migration as groups } from './0012-groups.ts'
import { migration as holds } from './0014-holds.ts'
import { migration as disposalPlans } from './0015-disposal-plans.ts'

import { migration as tokens } from './0016-tokens.ts'
import { migration as alarms } from './0017-alarms.ts'
import { migration as directory } from './0018-directory.ts'
import { migration as access } from './0019-access.ts'
import { migration as factors } from './0020-factors.ts'
import { migration as webhooks } from './0021-webhooks.ts'
import { migration as connections } from './0022-connections.ts'
import { migration as identities } from './0023-identities.ts'
import { migration as appPasswords } from './0024-app-passwords.ts'
import { migration as guests } from './0025-guests.ts'
import { migration as following } from './0026-following.ts'
import { migration as exports } from './0027-exports.ts'
import { migration as matters } from './0028-matters.ts'
import { migration as sealedAnswers } from './0029-sealed-answers.ts'

/** All steps, in order. A new one is added at the end. */
export const migrations: readonly Migration[] = [
  people,
  accounts,
  rooms,
  clients,
  pep,
  files,
  push,
  requests,
  signIns,
  invitations,
  retention,
  groups,
  holds,
  disposalPlans,
  tokens,
  alarms,
  directory,
  access,
  factors,
  webhooks,
  connections,
  identities,
  appPasswords,
  guests,
  following,
  exports,
  matters,
  sealedAnswers,
]
