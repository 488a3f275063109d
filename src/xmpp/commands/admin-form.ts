// XEP-0133: Service Administration, version 1.3.1: what its forms have in common
// Source: https://xmpp.org/extensions/xep-0133.html
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Actor, type Directory, type Person } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { buildForm, type Form, type FormField, type FormHeading } from '../wire/data-form.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asker, type Command, isAdministrator, type Outcome, type Stage } from './command.ts'
import { badPayload, forbidden } from './errors.ts'

const NS_ADMIN = 'http://jabber.org/protocol/admin'

/** People that one command may be about. */
const accountsMax = 100
/** Of a text that people are told, UTF-16 units. */
const textMax = 10_000

/** The field of a command that is about some people. */
export function accountjids(label: string): FormField {
  return { name: 'accountjids', type: 'jid-multi', label, isRequired: true }
}

/** The same of one person. */
export function accountjid(label: string): FormField {
  return { name: 'accountjid', type: 'jid-single', label, isRequired: true }
}

/** A command of section 4, for administrators. @param name the node, less what all have before it */
export function adminCommand(
  name: string,
  title: string,
  start: (asker: Asker) => Outcome | Promise<Outcome>,
): Command {
  return { node: `${NS_ADMIN}#${name}`, name: title, may: isAdministrator, start }
}

/** A form that is the only one of its command. What `take` is refused by the directory is told as section 5 has it. */
export function adminStage(
  heading: FormHeading,
  fields: readonly FormField[],
  take: (form: Form, asker: Asker) => Outcome | Promise<Outcome>,
): Stage {
  return {
    kind: 'stage',
    form: buildForm('form', NS_ADMIN, fields, heading),
    proceeds: 'complete',
    take: async (form, asker) => await asRefusals(async () => await take(form, asker)),
  }
}

export function adminResult(fields: readonly FormField[]): Element {
  return buildForm('result', NS_ADMIN, fields)
}

export function actorOf(asker: Asker): Actor {
  return { person: personOf(asker).id }
}

/** Who asks, where only people of this server may. */
export function personOf({ person }: Asker): Person {
  if (!person) throw forbidden()
  return person
}

/** The person of `accountjid`. @throws {StanzaError} */
export function personIn(form: Form, directory: Pick<Directory, 'find'>): Person {
  return personAt(jidOf(only(form, 'accountjid')), directory)
}

/** Those of `accountjids`, each once. @throws {StanzaError} and then it is to be done to none */
export function peopleIn(form: Form, directory: Pick<Directory, 'find'>): Person[] {
  const people = jidsIn(form).map((jid) => personAt(jid, directory))
  return [...new Map(people.map((person) => [person.id, person])).values()]
}

/** The addresses in `accountjids`, at least one. @throws {StanzaError} */
export function jidsIn(form: Form, name = 'accountjids'): Jid[] {
  const written = (form.values.get(name) ?? []).filter((text) => text.trim() !== '')
  if (written.length === 0) throw badPayload(`At least one address has to be given in ${name}.`)
  if (written.length > accountsMax)
    throw badPayload(`At most ${accountsMax} addresses can be given in ${name}.`)
  return written.map(jidOf)
}

/** @throws {StanzaError} where nobody here has that address */
export function personAt(jid: Jid, directory: Pick<Directory, 'find'>): Person {
  if (jid.resource !== null)
    throw badPayload(`${jid.text} is a device: give the address of the person alone.`)
  const person = directory.find(jid.bare)
  if (person) return person
  throw new StanzaError('item-not-found', { text: `Nobody here has the address ${jid.bare}.` })
}

/** The one value of a field that has to be there. @throws {StanzaError} */
export function only(form: Form, name: string): string {
  const values = form.values.get(name) ?? []
  const [value = ''] = values
  if (value !== '' && values.length === 1) return value
  throw badPayload(`One value has to be given in ${name}.`)
}

/** The lines of a text that people are told. @throws {StanzaError} where there is none */
export function linesIn(form: Form, name: string): string {
  const text = (form.values.get(name) ?? []).join('\n').trimEnd()
  if (text.trim() === '') throw badPayload(`A text has to be given in ${name}.`)
  if (text.length <= textMax) return text
  throw badPayload(`A text has at most ${textMax} characters.`)
}

function jidOf(text: string): Jid {
  const jid = parseJid(text.trim())
  if (jid && jid.local !== null) return jid
  throw badPayload(`${JSON.stringify(text)} is no address of a person.`)
}

/** What the directory refuses, as section 5 has it. */
export async function asRefusals<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof FatalError || !(error instanceof OperatorError)) throw error
    throw refusalOf(error)
  }
}

/** Section 5, and section 4.4 of XEP-0050 for what was filled in wrongly. */
function refusalOf({ code, message: text }: OperatorError): StanzaError {
  switch (code) {
    case 'directory.taken':
      return new StanzaError('conflict', { text })
    case 'invitation.off':
      return new StanzaError('not-allowed', { text })
    case 'directory.unknown':
      return new StanzaError('item-not-found', { text })
    case 'directory.bad-address':
    case 'directory.foreign-domain':
    case 'directory.bad-password':
      return badPayload(text)
    default:
      return new StanzaError('resource-constraint', { text })
  }
}
