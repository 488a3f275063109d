// RFC 6121 section 2.1.6, for contacts that groups of the directory give: who is signed in is told what has changed, and sees who has come.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FatalError } from '../base/errors.ts'
import { type Act, type Directory } from '../directory/ports.ts'
import { type Account } from './accounts.ts'
import { type Host } from './host.ts'
import { type RosterItem } from './ports.ts'
import { type Given, merged } from './roster.ts'
import { hasTo } from './subscription-table.ts'

/** Accounts that are looked at in one turn of the event loop; one that is told something ends its turn. */
const accountsPerTurn = 500

type Parts = Pick<Host, 'accounts' | 'rosters' | 'presences' | 'log'> & {
  readonly directory: Pick<Directory, 'find' | 'following' | 'onAct'>
}

/** Nothing is asked of anybody and nothing kept: rosters are as the directory is, and this tells of it. */
export function followContacts(parts: Parts): void {
  const { directory, accounts, log } = parts
  let isDue = false
  let isRunning = false

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      // What changes meanwhile is told in another round.
      while (isDue) {
        isDue = false
        await tellAll(parts)
      }
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('contacts.not-told', { error: String(error) })
    } finally {
      isRunning = false
    }
  }

  directory.onAct((act) => {
    if (!changesContacts(act, directory.following)) return
    accounts.given.changed()
    isDue = true
    void run()
  })
}

function changesContacts(act: Act, { contacts }: Directory['following']): boolean {
  if (act.kind === 'follow.contacts') return true
  if (contacts.size === 0) return false
  if (act.kind === 'person.profile') return act.set.name !== undefined
  return (
    act.kind.startsWith('group.') ||
    (act.kind.startsWith('person.') && act.kind !== 'person.password')
  )
}

async function tellAll(parts: Parts): Promise<void> {
  const differences = differencesOnce()
  let looked = 0
  // Those that are there now: whoever comes looks at his contacts as they are then.
  const all = Array.from(parts.accounts.all())
  for (const account of all) {
    const isTold = tell(account, parts, differences)
    looked += 1
    if (isTold || looked % accountsPerTurn === 0) await nextTurn()
  }
}

/** @returns whether there was anything */
function tell(account: Account, parts: Parts, differences: Differences): boolean {
  const { roster, sessions } = account
  const before = roster.told
  // Whoever comes looks at it as it is then.
  if (sessions.size === 0 || !account.isLoaded) {
    roster.told = null
    return false
  }
  const after = roster.given()
  roster.told = after
  if (before === null || before.version === after.version) return false
  const jids = differences(before, after).filter((jid) => jid !== account.bare)
  for (const [i, jid] of jids.entries()) {
    const step = { before: itemIn(account, jid, before), after: roster.get(jid) ?? null }
    parts.rosters.told(account, jid, { ...step, isLast: i === jids.length - 1 })
    showPresence(account, jid, step, parts)
  }
  return jids.length > 0
}

function itemIn({ roster }: Account, jid: string, given: Given): RosterItem | null {
  return merged(roster.own.get(jid), given.items.get(jid) ?? null) ?? null
}

type Step = { readonly before: RosterItem | null; readonly after: RosterItem | null }

/** Each looks at what he sees himself; the other one's turn comes, too. */
function showPresence(
  account: Account,
  jid: string,
  { before, after }: Step,
  { directory, accounts, presences }: Parts,
): void {
  const [had, has] = [before !== null && hasTo(before), after !== null && hasTo(after)]
  if (had === has) return
  const person = directory.find(jid)
  const contact = person && accounts.peek(person.id)
  if (!contact) return
  if (has) presences.show(contact, account)
  else presences.hide(contact, account)
}

type Differences = (before: Given, after: Given) => readonly string[]

/** Of two that are the same for many people once. */
function differencesOnce(): Differences {
  const known = new Map<Given, Map<Given, readonly string[]>>()
  return (before, after) => {
    const of = known.get(before) ?? new Map<Given, readonly string[]>()
    known.set(before, of)
    const found = of.get(after) ?? differing(before, after)
    of.set(after, found)
    return found
  }
}

function differing({ items: before }: Given, { items: after }: Given): readonly string[] {
  const gone = [...before.keys()].filter((jid) => !after.has(jid))
  const other = [...after.values()].filter((item) => !isSame(item, before.get(item.jid)))
  return [...gone, ...other.map(({ jid }) => jid)]
}

function isSame(one: RosterItem, other: RosterItem | undefined): boolean {
  return (
    other !== undefined &&
    one.name === other.name &&
    one.groups.join('\n') === other.groups.join('\n')
  )
}
