import { type Command } from '../command.ts'
import { alarmClose, alarmList, alarmOwn, alarmSeen } from './alarm.ts'
import { approvalApprove, approvalList, approvalRefuse, approvalShow } from './approval.ts'
import { auditFollow, auditList, auditShow } from './audit.ts'
import { auditDigest } from './audit-digest.ts'
import { backup } from './backup.ts'
import { botAdd, botList, botRemove, botToken } from './bot.ts'
import {
  breakGlassEnd,
  breakGlassList,
  breakGlassOpen,
  breakGlassPrint,
  breakGlassSeal,
} from './break-glass.ts'
import { clockConfirm } from './clock-confirm.ts'
import { configCheck } from './config-check.ts'
import {
  disposalApprove,
  disposalDue,
  disposalErase,
  disposalList,
  disposalPropose,
  disposalRefuse,
  disposalShow,
} from './disposal.ts'
import { exportBundle } from './export-bundle.ts'
import { exportCancel, exportFetch, exportList, exportShow, exportStart } from './export-job.ts'
import { exportPolicy } from './export-policy.ts'
import { groupAdd, groupList, groupMembers, groupRemove, groupShow } from './group.ts'
import { guestEnd, guestInvite, guestList, guestSet } from './guest.ts'
import { holdList, holdPlace, holdRelease, holdReport } from './hold.ts'
import { inviteCreate, inviteList, inviteRevoke } from './invite.ts'
import { keyList } from './key-list.ts'
import { keyDestroyed, keyKit, keyShares } from './key-paper.ts'
import { keyRestore } from './key-restore.ts'
import {
  retentionClass,
  retentionEvent,
  retentionExempt,
  retentionExemptEnd,
  retentionPack,
  retentionRules,
} from './retention-change.ts'
import {
  retentionClasses,
  retentionExemptions,
  retentionSimulate,
  retentionWhy,
} from './retention-show.ts'
import { keySigning } from './key-signing.ts'
import { keyTurn } from './key-turn.ts'
import { roleGrant, roleList, roleRevoke, roleSucceed } from './role.ts'
import { scimLink, scimRelease } from './scim.ts'
import {
  matterChange,
  matterClose,
  matterList,
  matterOpen,
  matterShow,
  searchDrop,
  searchRun,
  searchSave,
  searchSaved,
} from './matter.ts'
import { search } from './search.ts'
import { groupContacts } from './group-contacts.ts'
import { roomFollow, roomGroups, roomUnfollow } from './room.ts'
import { recordRebuild } from './record-rebuild.ts'
import { recordRenew } from './record-renew.ts'
import { recordScrub } from './record-scrub.ts'
import { restore } from './restore.ts'
import { ldapLink, ldapSync } from './ldap.ts'
import { logKey } from './log-key.ts'
import { serve } from './serve.ts'
import { tokenList, tokenMake, tokenRevoke } from './token.ts'
import { userAdd } from './user-add.ts'
import { userAppPassword } from './user-app-password.ts'
import { userDisable, userEnable, userSuspend } from './user-enable.ts'
import { userLeave } from './user-leave.ts'
import { userSet } from './user-set.ts'
import { userShow } from './user-show.ts'
import { userFactors } from './user-factors.ts'
import { gatewayList, health } from './health.ts'
import { recordProve, recordShow } from './record-show.ts'
import { userDevices } from './user-devices.ts'
import { userConnections } from './user-connections.ts'
import { userUnlink } from './user-unlink.ts'
import { userGroups } from './user-groups.ts'
import { userKept } from './user-kept.ts'
import { userList } from './user-list.ts'
import { userPasswd } from './user-passwd.ts'
import { userRole } from './user-role.ts'
import { userRemove } from './user-remove.ts'
import { verify } from './verify.ts'
import { version } from './version.ts'
import { waysOutCommand } from './ways-out.ts'
import {
  webhookAdd,
  webhookAgain,
  webhookDisable,
  webhookEnable,
  webhookList,
  webhookLog,
  webhookRemove,
} from './webhook.ts'
import { witness, witnessKey } from './witness.ts'

/** All commands, in the order in which the overview lists them. */
export const commands: readonly Command[] = [
  serve,
  userAdd,
  userList,
  userPasswd,
  userDisable,
  userEnable,
  userRole,
  userRemove,
  userGroups,
  waysOutCommand,
  alarmList,
  alarmSeen,
  alarmOwn,
  alarmClose,
  roleGrant,
  roleList,
  roleRevoke,
  roleSucceed,
  userFactors,
  userAppPassword,
  guestInvite,
  guestList,
  guestSet,
  guestEnd,
  approvalList,
  approvalShow,
  approvalApprove,
  approvalRefuse,
  userKept,
  userConnections,
  userDevices,
  userUnlink,
  tokenMake,
  tokenList,
  tokenRevoke,
  userShow,
  userSet,
  userSuspend,
  userLeave,
  groupAdd,
  groupList,
  groupShow,
  groupMembers,
  groupRemove,
  groupContacts,
  roomFollow,
  roomGroups,
  roomUnfollow,
  ldapSync,
  ldapLink,
  scimLink,
  scimRelease,
  botAdd,
  botList,
  botRemove,
  botToken,
  webhookAdd,
  webhookList,
  webhookRemove,
  webhookEnable,
  webhookDisable,
  webhookLog,
  webhookAgain,
  auditList,
  auditShow,
  auditFollow,
  auditDigest,
  inviteCreate,
  inviteList,
  inviteRevoke,
  holdPlace,
  holdList,
  holdReport,
  holdRelease,
  disposalDue,
  disposalPropose,
  disposalErase,
  disposalList,
  disposalShow,
  disposalApprove,
  disposalRefuse,
  matterOpen,
  matterChange,
  matterClose,
  matterList,
  matterShow,
  searchSave,
  searchSaved,
  searchRun,
  searchDrop,
  search,
  breakGlassSeal,
  breakGlassPrint,
  breakGlassList,
  breakGlassOpen,
  breakGlassEnd,
  clockConfirm,
  keyList,
  keyTurn,
  keySigning,
  keyShares,
  keyKit,
  keyDestroyed,
  keyRestore,
  exportBundle,
  exportStart,
  exportList,
  exportShow,
  exportCancel,
  exportFetch,
  exportPolicy,
  logKey,
  verify,
  backup,
  restore,
  health,
  gatewayList,
  recordShow,
  recordProve,
  recordRebuild,
  recordRenew,
  recordScrub,
  retentionClasses,
  retentionClass,
  retentionRules,
  retentionPack,
  retentionSimulate,
  retentionWhy,
  retentionExempt,
  retentionExemptions,
  retentionExemptEnd,
  retentionEvent,
  witnessKey,
  witness,
  configCheck,
  version,
]
