// What the server itself says to somebody: a message like any other, on record before he has it.
import { FatalError } from '../base/errors.ts'
import { type Administration } from '../directory/administration.ts'
import { type Person } from '../directory/ports.ts'
import { directConversation } from '../intake/conversation.ts'
import { el, type Element } from '../xml/element.ts'
import { type Host } from './host.ts'
import { outsider, type Speaker } from './services.ts'
import { parseJid } from './wire/jid.ts'
import { ns } from './wire/names.ts'
import { StanzaError } from './wire/stanza-error.ts'

export type Said = {
  /** The message's: what was said under it once is not said again. */
  readonly id: string
  readonly subject: string
  readonly body: string
}

/**
 * Says something once: whoever was told under that id is not told again, also after a stop.
 *
 * @throws {StanzaError} when the record takes nothing; then it was not said
 */
export type ServerSays = (person: Person, said: Said) => Promise<void>

export function createServerSays(
  host: Pick<Host, 'domain' | 'say'>,
  administration: Pick<Administration, 'wasTold'>,
): ServerSays {
  const server = serverOf(host)
  return async (person, said) => {
    const conversation = directConversation(person.id, server.id)
    if (administration.wasTold({ conversation, sender: server.id, id: said.id })) return
    try {
      await host.say(messageOf(host.domain, person, said), server)
    } catch (error) {
      // He has blocked us, or was disabled meanwhile.
      if (!(error instanceof StanzaError) || error.type === 'wait') throw error
    }
  }
}

export function messageOf(
  domain: string,
  { address }: Person,
  { id, subject, body }: Said,
): Element {
  return el(
    'message',
    ns.client,
    { from: domain, to: address, id, type: 'normal' },
    el('subject', ns.client, {}, subject),
    el('body', ns.client, {}, body),
  )
}

export function serverOf({ domain }: Pick<Host, 'domain'>): Speaker {
  const jid = parseJid(domain)
  if (!jid) throw new FatalError('the domain is no address')
  return outsider({ jid, origin: 'native', send() {} })
}
