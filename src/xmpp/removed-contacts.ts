import { type Directory } from '../directory/ports.ts'
import { type Account, type Accounts } from './accounts.ts'
import { type RosterChange } from './ports.ts'
import { type Rosters } from './rosters.ts'
import { parseJid } from './wire/jid.ts'

/**
 * Somebody was removed: what his contacts have granted him ends, as his address may be given to another person. Their
 * rosters keep the name that they gave him. The store does the same for rosters that are not in memory.
 */
export async function forgetRemoved(parts: {
  readonly domain: string
  readonly directory: Pick<Directory, 'find'>
  readonly accounts: Accounts
  readonly rosters: Rosters
}): Promise<void> {
  const { domain, directory, accounts, rosters } = parts
  const isRemoved = (jid: string): boolean =>
    parseJid(jid)?.domain === domain && directory.find(jid) === null

  for (const account of accounts.all()) {
    // What is being read at this moment may have been read before; what cannot be read is read anew.
    if (!account.isLoaded) await account.loaded.catch(() => null)
    await rosters.save(resetIn(account, { isRemoved, rosters }))
  }
}

function resetIn(
  account: Account,
  parts: { readonly isRemoved: (jid: string) => boolean; readonly rosters: Rosters },
): RosterChange[] {
  return [...account.roster.own.values()]
    .filter(({ jid, subscription }) => subscription !== 'none' && parts.isRemoved(jid))
    .map((item) => {
      const nothing = {
        subscription: 'none',
        ask: false,
        pendingIn: false,
        approved: false,
      } as const
      return parts.rosters.put(account, { ...item, ...nothing })
    })
}
