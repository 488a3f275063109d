import { type FastifyInstance, fastify } from 'fastify'
import { isForEverybody } from '../../directory/permissions.ts'
import { listAudit, streamAudit } from '../audit/audit.ts'
import { showDigest } from '../audit/audit-digest.ts'
import { listConnections } from '../audit/connections.ts'
import { showKept, showOwnKept } from '../audit/kept.ts'
import { addPerson } from '../people/add-person.ts'
import {
  listAppPasswords,
  listOwnAppPasswords,
  makeAppPassword,
  makeOwnAppPassword,
  revokeAppPasswords,
  revokeOwnAppPassword,
} from '../sign-in/app-passwords.ts'
import { changeAlarm, listAlarms } from '../audit/alarms.ts'
import { checkPerson } from '../people/check-person.ts'
import {
  applyPack,
  endExemption,
  exemptPerson,
  noteRetentionEvent,
  setRetentionClass,
  setRetentionRules,
} from '../retention/change-retention.ts'
import { askFetch, cancelExport, fetchExport, listExports, showExport } from '../exports/routes.ts'
import { listEvents, streamEvents } from '../events/routes.ts'
import { addBot, listBots, makeBotToken, removeBot } from '../people/bots.ts'
import {
  deliverAgain,
  listDeliveries,
  listWebhooks,
  makeWebhook,
  removeWebhook,
  setWebhook,
} from '../hooks/routes.ts'
import { listRoomFiles } from '../chat/files.ts'
import { askSlot } from '../chat/slots.ts'
import {
  listPersonMessages,
  listRoomMessages,
  pressInRoom,
  pressOfBot,
  sayInRoom,
  sayToPerson,
} from '../chat/messages.ts'
import {
  changeRoom,
  endRoom,
  listMembers,
  listRooms,
  makeRoom,
  setMembers,
  showRoom,
} from '../chat/rooms.ts'
import { searchMessages } from '../chat/search.ts'
import {
  endEnvelope,
  listEnvelopes,
  openEnvelope,
  prepareEnvelope,
  printEnvelope,
} from '../break-glass/routes.ts'
import { confirmClock } from '../record/confirm-clock.ts'
import {
  decideDisposal,
  listDisposals,
  listDue,
  orderErasure,
  previewDue,
  proposeDisposal,
  showDisposal,
} from '../retention/disposals.ts'
import {
  changeMembers,
  listGroups,
  putGroup,
  removeGroup,
  showGroup,
  showGroupAt,
} from '../people/groups.ts'
import { decideApproval, listApprovals, showApproval } from '../approvals/routes.ts'
import { listGrants, makeGrant, revokeGrant } from '../roles/grants.ts'
import {
  addPasskey,
  addTotp,
  askNewPasskey,
  askNewTotp,
  listFactors,
  listOwnFactors,
  makeRecoveryCodes,
  removeOwnFactor,
  resetFactors,
  unlinkIdentity,
} from '../sign-in/factors.ts'
import { endGuest, inviteGuest, listGuests, setGuest } from '../people/guests.ts'
import { listHolds, placeHold, releaseHold, reportHold } from '../retention/holds.ts'
import {
  changeSigners,
  dropPaper,
  issueKits,
  issueShares,
  listKeys,
  turnKeys,
} from '../record/keys.ts'
import { listInvitations, makeInvitation, revokeInvitation } from '../people/invitations.ts'
import { linkLdap, syncLdap } from '../people/ldap.ts'
import { leavePerson } from '../people/leave-person.ts'
import { showInvitation, useInvitation } from '../sign-in/join.ts'
import { listPeople } from '../people/list-people.ts'
import { makeExport } from '../content/make-export.ts'
import {
  changeMatter,
  closeMatter,
  listMatters,
  makeMatter,
  showMatter,
} from '../matters/routes.ts'
import {
  dropSearch,
  listSavedSearches,
  runSavedSearch,
  saveSearch,
} from '../matters/saved-searches.ts'
import { noteBackup } from '../record/note-backup.ts'
import { setProfile, showPerson, showPersonAt, showPhoto } from '../people/people.ts'
import { comeFromProvider, goToProvider, hearProvider } from '../sign-in/provider.ts'
import { removePerson } from '../people/remove-person.ts'
import { renewRecord } from '../record/renew-record.ts'
import { explainRetention, showRetention, simulateRetention } from '../retention/retention.ts'
import { endGroupContacts, setGroupContacts, showGroupContacts } from '../people/group-contacts.ts'
import { endRoomGroups, setRoomGroups, showRoomGroups } from '../people/room-groups.ts'
import { addRoutes } from './add-routes.ts'
import { listPermissions } from './list-permissions.ts'
import { type ApiHost, type Route } from './route.ts'
import { endSession, listSessions, showSession, signIn, signOut } from '../sign-in/session.ts'
import { showSelf } from '../sign-in/show-self.ts'
import {
  listOwnTokens,
  listTokens,
  makeOwnToken,
  makeToken,
  revokeOwnToken,
  revokeToken,
} from '../sign-in/tokens.ts'
import { listWaysOut } from './list-ways-out.ts'
import { askForPasskey, askForProof, giveFactor, proveAgain } from '../sign-in/second-step.ts'
import { proposeSuccession, searchSuccession } from '../roles/successions.ts'
import { listDevices, listOwnDevices, revokeDevice, revokeOwnDevice } from '../devices/routes.ts'
import { listGateways, listSettings, showHealth } from '../machine/routes.ts'
import { listEntries, proveEntry, proveGrowth } from '../record/entries.ts'
import { showRecord } from '../record/standing.ts'
import { linkScim, releaseScim, releaseScimGroup } from '../scim/kept-elsewhere.ts'
import { search } from '../content/search.ts'
import { setEnabled } from '../people/set-enabled.ts'
import { setGroups } from '../people/set-groups.ts'
import { setPassword } from '../people/set-password.ts'
import { setRole } from '../people/set-role.ts'
import { stateHeads } from '../record/state-heads.ts'

/** All of them: what is not here cannot be asked for. */
export const routes: readonly Route[] = [
  [signIn, showSession, signOut, showSelf, listSessions, endSession],
  [askForPasskey, giveFactor, askForProof, proveAgain, listOwnFactors, removeOwnFactor],
  [goToProvider, comeFromProvider, hearProvider, unlinkIdentity],
  [askNewPasskey, addPasskey, askNewTotp, addTotp, makeRecoveryCodes, listFactors, resetFactors],
  [makeOwnToken, listOwnTokens, revokeOwnToken, makeToken, listTokens, revokeToken],
  [makeOwnAppPassword, listOwnAppPasswords, revokeOwnAppPassword],
  [makeAppPassword, listAppPasswords, revokeAppPasswords],
  [listPermissions, listAlarms, changeAlarm, listWaysOut],
  [listRooms, showRoom, makeRoom, changeRoom, endRoom, listMembers, setMembers],
  [pressInRoom, pressOfBot],
  [listEvents, streamEvents],
  [addBot, listBots, removeBot, makeBotToken],
  [makeWebhook, listWebhooks, removeWebhook, setWebhook, listDeliveries, deliverAgain],
  [listRoomMessages, sayInRoom, listPersonMessages, sayToPerson, searchMessages],
  [listRoomFiles, askSlot],
  [makeGrant, listGrants, revokeGrant],
  [proposeSuccession, searchSuccession],
  [listApprovals, showApproval, decideApproval],
  [listAudit, streamAudit, showDigest, listConnections, showOwnKept, showKept],
  [checkPerson, addPerson, listPeople, setPassword, setRole, setEnabled, setGroups, removePerson],
  [showPerson, showPersonAt, showPhoto, setProfile, leavePerson],
  [syncLdap, linkLdap, linkScim, releaseScim, releaseScimGroup],
  [listGroups, putGroup, showGroup, showGroupAt, changeMembers, removeGroup],
  [showRoomGroups, setRoomGroups, endRoomGroups],
  [showGroupContacts, setGroupContacts, endGroupContacts],
  [makeInvitation, listInvitations, revokeInvitation, showInvitation, useInvitation],
  [inviteGuest, listGuests, setGuest, endGuest],
  [placeHold, listHolds, reportHold, releaseHold],
  [showRetention, simulateRetention, explainRetention, setRetentionClass, setRetentionRules],
  [applyPack, exemptPerson, endExemption, noteRetentionEvent],
  [listDue, previewDue, proposeDisposal, listDisposals, showDisposal, decideDisposal, orderErasure],
  [listOwnDevices, revokeOwnDevice, listDevices, revokeDevice],
  [listSettings, listGateways, showHealth],
  [showRecord, listEntries, proveEntry, proveGrowth],
  [search, makeExport, stateHeads],
  [listMatters, makeMatter, showMatter, changeMatter, closeMatter],
  [listSavedSearches, saveSearch, dropSearch, runSavedSearch],
  [prepareEnvelope, printEnvelope, listEnvelopes, openEnvelope, endEnvelope],
  [listExports, showExport, cancelExport, askFetch, fetchExport],
  [
    listKeys,
    turnKeys,
    changeSigners,
    issueShares,
    issueKits,
    dropPaper,
    noteBackup,
    confirmClock,
    renewRecord,
  ],
].flat()

/** What is no administration: everybody may ask for it, and gets what is his own. */
export const routesForEverybody: readonly Route[] = routes.filter(({ permission }) =>
  isForEverybody(permission),
)

/** A photo in base64, and what is around it. */
const bodyBytesMax = 196_608

/**
 * The API of administration. It is served at a socket that only the server's own user can open, or called in the process
 * of a command when no server runs: who gets here is the machine's own administrator, and names who acts.
 */
export function adminApi(host: ApiHost): FastifyInstance {
  const app = fastify({ bodyLimit: bodyBytesMax, routerOptions: { maxParamLength: 9_300 } })
  addRoutes(app, routes, host)
  return app
}
