// XEP-0133: Service Administration, version 1.3.1, section 4.5
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Session } from '../accounts.ts'
import { type Host } from '../host.ts'
import { bareJid, type Jid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { accountjids, actorOf, adminCommand, adminStage, jidsIn, personAt } from './admin-form.ts'
import { type Command, completed } from './command.ts'

/** Ends all sessions of people, or that of a device; they may sign in again. */
export function endUserSession(host: Host): Command {
  const heading = {
    title: 'Ending a User Session',
    instructions: "Fill out this form to end a user's session.",
  }
  const fields = [accountjids('The Jabber ID(s) for which to end sessions')]
  const stage = adminStage(heading, fields, async (form, asker) => {
    const by = actorOf(asker)
    const targets = jidsIn(form).map((jid) => ({ jid, sessions: sessionsAt(host, jid) }))
    let ended = 0
    for (const { jid, sessions } of targets) {
      const { id: person } = personAt(bareJid(jid), host.directory)
      await host.administration.note({ kind: 'session.end', person, resource: jid.resource }, by)
      for (const { resource } of sessions)
        resource.close('reset', 'An administrator has ended this session.')
      ended += sessions.length
    }
    return completed(`Ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.`)
  })
  return adminCommand('end-user-session', 'End User Session', () => stage)
}

function sessionsAt({ accounts, directory }: Host, jid: Jid): readonly Session[] {
  const all = accounts.sessionsOf(personAt(bareJid(jid), directory).id)
  if (jid.resource === null) return all
  const named = all.filter((session) => session.jid.text === jid.text)
  if (named.length > 0) return named
  throw new StanzaError('item-not-found', { text: `Nobody is signed in as ${jid.text}.` })
}
