// XEP-0402: PEP Native Bookmarks, version 1.2.0: a room that somebody belongs to by a group is among his rooms, and is entered by his clients
// Source: https://xmpp.org/extensions/xep-0402.html
import { FatalError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { el, type Element, elements } from '../../xml/element.ts'
import { type Account } from '../accounts.ts'
import { type Host } from '../host.ts'
import { privateConfig } from '../pep/config.ts'
import { payloadElement } from '../pep/items.ts'
import { parseJid } from '../wire/jid.ts'
import { type RoomConfig } from './ports.ts'
import { type Room } from './room.ts'

const NS = 'urn:xmpp:bookmarks:1'

/**
 * In place of the invitation of XEP-0045 section 9.3: nobody asks to come in where he belongs. Done one after the other, after the act; what a
 * crash cuts off is not made up for, as nobody could tell it from what the person took out himself.
 */
export type FollowedBookmarks = {
  /** Unless there is one. */
  add(person: PersonId, room: Room): void
  /** One that he has changed stays, where he may still come in. */
  remove(person: PersonId, room: Room): void
}

type Step = (account: Account) => Promise<void>

/** Changes that wait; those behind are left out. A group of 5,000 that a company puts into a few rooms is well within. */
const waitingMax = 50_000

export function createFollowedBookmarks(host: Host): FollowedBookmarks {
  let waiting = 0
  let last: Promise<void> = Promise.resolve()

  async function change(person: PersonId, step: Step): Promise<void> {
    try {
      const who = host.directory.get(person)
      if (who) await step(await host.accounts.load(who))
    } catch (error) {
      if (error instanceof FatalError) throw error
      host.log.warn('rooms.bookmark-not-changed', { error: String(error) })
    } finally {
      waiting -= 1
    }
  }

  function later(person: PersonId, step: Step): void {
    if (waiting >= waitingMax) return host.log.warn('rooms.bookmark-not-changed', { waiting })
    waiting += 1
    last = last.then(async () => await change(person, step))
  }

  return {
    add(person, { state: { address, config } }) {
      later(person, async (account) => {
        const device = parseJid(account.bare)
        if (device === null || (await bookmarkOf(host, account, address)) !== null) return
        const item = { id: address, payload: conferenceOf(config) }
        const by = { jid: device }
        const what = { node: NS, item, options: null, config: privateConfig }
        await host.pep.publish(account, by, what)
      })
    },
    remove(person, { state: { address, config } }) {
      later(person, async (account) => {
        const device = parseJid(account.bare)
        const before = await bookmarkOf(host, account, address)
        if (device === null || before === null) return
        if (!config.isMembersOnly && !isOurs(before)) return
        await host.pep.retract(account, { jid: device }, { node: NS, id: address, notify: true })
      })
    },
  }
}

async function bookmarkOf(host: Host, account: Account, address: string): Promise<Element | null> {
  const [item] = await host.pep.open(await host.pep.kept(account, NS, { ids: [address] }))
  return item ? payloadElement(item) : null
}

function conferenceOf({ name, password }: RoomConfig): Element {
  const attrs = { ...(name !== '' && { name }), autojoin: 'true' }
  const inside = password === null ? [] : [el('password', NS, {}, password)]
  return el('conference', NS, attrs, ...inside)
}

/** As it was put there: nobody has said how he is called there, or that he does not want to come in. */
function isOurs(conference: Element): boolean {
  const isWanted = conference.attrs['autojoin'] === 'true'
  return isWanted && elements(conference).every(({ name }) => name === 'password')
}
