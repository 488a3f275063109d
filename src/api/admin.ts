import { type FastifyInstance, fastify } from 'fastify'
import { addPerson } from './add-person.ts'
import { checkPerson } from './check-person.ts'
import {
  applyPack,
  endExemption,
  exemptPerson,
  noteRetentionEvent,
  setRetentionClass,
  setRetentionRules,
} from './change-retention.ts'
import { confirmClock } from './confirm-clock.ts'
import {
  decideDisposal,
  listDisposals,
  listDue,
  orderErasure,
  previewDue,
  proposeDisposal,
  showDisposal,
} from './disposals.ts'
import { listHolds, placeHold, releaseHold, reportHold } from './holds.ts'
import { changeSigners, dropPaper, issueKits, issueShares, listKeys, turnKeys } from './keys.ts'
import { listInvitations, makeInvitation, revokeInvitation } from './invitations.ts'
import { listPeople } from './list-people.ts'
import { makeExport } from './make-export.ts'
import { noteBackup } from './note-backup.ts'
import { removePerson } from './remove-person.ts'
import { renewRecord } from './renew-record.ts'
import { explainRetention, showRetention, simulateRetention } from './retention.ts'
import { addRoutes, type ApiHost } from './route.ts'
import { search } from './search.ts'
import { setEnabled } from './set-enabled.ts'
import { setGroups } from './set-groups.ts'
import { setPassword } from './set-password.ts'
import { setRole } from './set-role.ts'
import { stateHeads } from './state-heads.ts'

/**
 * The API of administration. It is served at a socket that only the server's own user can open, or called in the process
 * of a command when no server runs: who gets here is the machine's own administrator.
 */
export function adminApi(host: ApiHost): FastifyInstance {
  const app = fastify({ bodyLimit: 65_536, routerOptions: { maxParamLength: 9_300 } })
  const people = [
    checkPerson,
    addPerson,
    listPeople,
    setPassword,
    setRole,
    setEnabled,
    setGroups,
    removePerson,
  ]
  const invitations = [makeInvitation, listInvitations, revokeInvitation]
  const holds = [placeHold, listHolds, reportHold, releaseHold]
  const retention = [
    showRetention,
    simulateRetention,
    explainRetention,
    setRetentionClass,
    setRetentionRules,
    applyPack,
    exemptPerson,
    endExemption,
    noteRetentionEvent,
  ]
  const disposals = [
    listDue,
    previewDue,
    proposeDisposal,
    listDisposals,
    showDisposal,
    decideDisposal,
    orderErasure,
  ]
  const keys = [listKeys, turnKeys, changeSigners, issueShares, issueKits, dropPaper]
  const exports = [makeExport, stateHeads]
  const records = [...holds, ...retention, ...disposals, ...keys, ...exports, search, noteBackup]
  addRoutes(app, [...people, ...invitations, ...records, confirmClock, renewRecord], host)
  return app
}
