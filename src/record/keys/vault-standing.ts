import { OperatorError } from '../../base/errors.ts'
import { sharesKind, type NamedKey } from './header.ts'
import { type KeyStanding, type VaultStanding } from './ports.ts'
import { holderOf, type OpenedVault, type VaultParts } from './sealed-vault.ts'

/** Asks each holder for what the vault has there. */
export async function standingOf(
  parts: VaultParts,
  { header, vault }: OpenedVault,
): Promise<VaultStanding> {
  const uses = [
    ['current', header.slots],
    ['making', header.making],
    ['doomed', header.doomed],
  ] as const
  const keys: KeyStanding[] = []
  for (const [use, named] of uses) {
    for (const { kind, ref, id } of named) {
      keys.push({ kind, ref, id, use, found: await find(parts, { kind, ref, id }) })
    }
  }
  const has = ({ kind, ref }: { readonly kind: string; readonly ref: string }): boolean =>
    header.slots.some((slot) => slot.kind === kind && slot.ref === ref)
  const withoutKey = parts.holders.filter((holder) => !has(holder))
  return {
    epoch: header.epoch,
    keys,
    withoutKey: withoutKey.map(({ kind, ref }) => ({ kind, ref })),
    papers: vault.notes.papers,
  }
}

async function find(
  { holders, retiring = [] }: VaultParts,
  key: NamedKey,
): Promise<KeyStanding['found']> {
  if (key.kind === sharesKind) return 'paper'
  const all = [...holders, ...retiring]
  if (all.every(({ kind }) => kind !== key.kind)) return { why: 'no setting names this holder' }
  try {
    return (await holderOf(key, all)) === null ? 'missing' : 'there'
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return { why: error.message }
  }
}
