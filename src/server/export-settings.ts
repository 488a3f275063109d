// What is set about exports that the server makes.
import * as kinds from './setting-kinds.ts'

export const exportSettings = {
  ONRECORD_EXPORT_HOURS: {
    kind: kinds.count(1, 8_760),
    or: '72',
    meaning:
      'Hours for which the bundle of an export is kept, sealed, to be fetched. Then it is removed; the act stays on record, and the export can be asked for anew.',
  },
  ONRECORD_EXPORT_BYTES: {
    kind: kinds.count(1_048_576, 1_099_511_627_776),
    or: '21474836480',
    meaning:
      'Bytes of all bundles that are kept. The oldest make room for a new one; one that is larger is not made.',
  },
} as const

export type ExportConfig = { readonly keepMs: number; readonly bytesMax: number }

export function exportConfigOf(
  valueOf: (name: keyof typeof exportSettings) => string | null,
): ExportConfig {
  return {
    keepMs: Number(valueOf('ONRECORD_EXPORT_HOURS')) * 3_600_000,
    bytesMax: Number(valueOf('ONRECORD_EXPORT_BYTES')),
  }
}
