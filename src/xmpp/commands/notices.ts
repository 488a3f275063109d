import { FatalError } from '../../base/errors.ts'
import { type NoticeName } from '../../directory/administration.ts'
import { type Person, type PersonId } from '../../directory/ports.ts'
import { directConversation } from '../../intake/conversation.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Host } from '../host.ts'
import { messageOf, type Said, serverOf } from '../server-says.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** Messages of one announcement that are on their way to the record side by side. */
const onTheirWayMax = 64

const subjects: Readonly<{ [name in NoticeName]: string }> = {
  motd: 'Message of the day',
  welcome: 'Welcome',
}

/** What the server itself says to people: each time a message, on record before anybody has it. */
export type Notices = {
  /** To everybody who is signed in. @returns how many that are */
  announce(text: string): Promise<number>
  /** The message of the day to everybody who is signed in. @returns how many that are */
  motdSet(): Promise<number>
  /** A device has come: what its person has not been told is said. */
  greet(session: Session): Promise<void>
}

export function createNotices(host: Host): Notices {
  const { administration, directory } = host
  const server = serverOf(host)
  /** Who was told what stands since the start. The record knows of those before, and this bridges the time until its rows do. */
  const told = { motd: new Map<PersonId, string>(), welcome: new Map<PersonId, string>() }

  async function say(person: Person, message: Said): Promise<void> {
    try {
      await host.say(messageOf(host.domain, person, message), server)
    } catch (error) {
      // He has blocked us, or was disabled meanwhile: the others are told all the same.
      if (!(error instanceof StanzaError) || error.type === 'wait') throw error
    }
  }

  function isDue(name: NoticeName, person: PersonId): boolean {
    const notice = administration.standing(name)
    if (!notice) return false
    if (name === 'motd') return true
    const addedAt = directory.addedAt(person)
    return addedAt !== null && addedAt > notice.since
  }

  /** Once a person, whatever happens: his record says whether it was. */
  async function tell(name: NoticeName, person: Person): Promise<void> {
    const notice = administration.standing(name)
    if (!notice || !isDue(name, person.id) || told[name].get(person.id) === notice.id) return
    told[name].set(person.id, notice.id)
    const id = `${name}-${notice.id}`
    const conversation = directConversation(person.id, server.id)
    if (administration.wasTold({ conversation, sender: server.id, id })) return
    try {
      await say(person, { id, subject: subjects[name], body: notice.text })
    } catch (error) {
      // The record took nothing: the next time.
      told[name].delete(person.id)
      throw error
    }
  }

  async function toOnline(step: (person: Person) => Promise<void>): Promise<number> {
    const people = online(host).map(({ person }) => person)
    for (let from = 0; from < people.length; from += onTheirWayMax)
      await Promise.all(people.slice(from, from + onTheirWayMax).map(step))
    return people.length
  }

  return {
    async announce(text) {
      const id = `announcement-${host.random.bytes(12).toString('base64url')}`
      return await toOnline(
        async (person) => await say(person, { id, subject: 'Announcement', body: text }),
      )
    },
    motdSet: async () => await toOnline(async (person) => await tell('motd', person)),
    async greet({ account: { person } }) {
      await tell('welcome', person)
      await tell('motd', person)
    },
  }
}

/** Has devices that have come greeted, in the background. */
export function greetThoseWhoCome(host: Host, notices: Notices): void {
  host.onPresence((session, { isInitial }) => {
    if (!isInitial) return
    notices.greet(session).catch((error: unknown) => {
      if (error instanceof FatalError) throw error
      host.log.warn('xmpp.notice-not-said', { error: String(error) })
    })
  })
}

/** Accounts with a device that is signed in. */
export function online({ accounts }: Pick<Host, 'accounts'>): Account[] {
  return [...accounts.all()].filter(({ sessions }) => sessions.size > 0)
}
