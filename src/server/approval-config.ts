import { type Config } from './config.ts'
import { type SettingName } from './settings.ts'
import { parseList } from './setting-kinds.ts'

/** What takes a second person. */
export function approvalsOf(
  text: (name: SettingName) => string,
): Pick<Config, 'approvals' | 'retentionApprovals'> {
  const acts = new Set(parseList(text('ONRECORD_APPROVALS')))
  const retentionApprovals = Number(text('ONRECORD_RETENTION_APPROVALS'))
  return { approvals: { acts, days: Number(text('ONRECORD_APPROVAL_DAYS')) }, retentionApprovals }
}
