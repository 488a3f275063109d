// XEP-0050: Ad-Hoc Commands, version 1.3.0, section 4.4: possible errors
// Source: https://xmpp.org/extensions/xep-0050.html
import { el } from '../../xml/element.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const sentences = {
  'malformed-action': 'An action is one of execute, next, prev, complete and cancel.',
  'bad-action': 'This action cannot be taken here: see <actions/>.',
  'bad-sessionid': 'No command with this sessionid was begun by this device.',
}

/** `<bad-request/>` with the condition that says what about it is bad. */
export function badCommand(condition: keyof typeof sentences): StanzaError {
  return new StanzaError('bad-request', {
    text: sentences[condition],
    detail: el(condition, ns.commands),
  })
}

/** What was filled in cannot be taken. @param text a sentence that says why */
export function badPayload(text: string): StanzaError {
  return new StanzaError('bad-request', { text, detail: el('bad-payload', ns.commands) })
}

export function expired(): StanzaError {
  return new StanzaError('not-allowed', {
    text: 'This command has ended: begin it again.',
    detail: el('session-expired', ns.commands),
  })
}

/** Of the type that section 4.4 has, which is not that of RFC 6120. */
export function forbidden(): StanzaError {
  return new StanzaError('forbidden', {
    type: 'cancel',
    text: 'This command is for others.',
  })
}
