import { type Person } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { type Form } from '../wire/data-form.ts'

/** Whoever asks for a command. */
export type Asker = {
  readonly speaker: Speaker
  /** As of now; null for who is at another domain. */
  readonly person: Person | null
}

/** One ad-hoc command (XEP-0050): an entry of the table of the server, or of a service at another domain of ours. */
export type Command = {
  readonly node: string
  /** As a menu shows it. */
  readonly name: string
  /** The first form may come with the request itself (XEP-0317 section 3.3), by who knows it. */
  readonly takesFormAtOnce?: boolean
  /** Asked at each step anew. Who may not run it does not see it. */
  may(asker: Asker): boolean
  /** @throws {StanzaError} */
  start(asker: Asker): Outcome | Promise<Outcome>
}

/** What a step leads to. */
export type Outcome = Stage | Completed

/** A form to be filled in. */
export type Stage = {
  readonly kind: 'stage'
  /** A form of the type `form`. */
  readonly form: Element
  /** What goes on from here, and what `execute` means: `complete` in the last stage, `next` before it. */
  readonly proceeds: 'next' | 'complete'
  /**
   * Takes the form as it was filled in. What it throws leaves the command at this stage, so that another try can be made.
   * @throws {StanzaError}
   */
  take(form: Form, asker: Asker): Outcome | Promise<Outcome>
}

/** It is done, well or not: what failed has a note of the type `error` (XEP-0050 section 3.5). */
export type Completed = {
  readonly kind: 'completed'
  readonly notes: readonly Note[]
  /** A form of the type `result`. */
  readonly form: Element | null
}

export type Note = { readonly type: 'info' | 'warn' | 'error'; readonly text: string }

/** Done, with a sentence for who asked. */
export function completed(text: string, form: Element | null = null): Completed {
  return { kind: 'completed', notes: [{ type: 'info', text }], form }
}

/**
 * For `may`: people of this server with the role `administrator`, who came in with the account's own password. What was given to one client or
 * program is for what is said, and would else do more than it is for (decision 0028).
 */
export function isAdministrator({ person, speaker }: Asker): boolean {
  if (speaker.session?.resource.client.key !== null) return false
  return person?.enabled === true && person.role === 'administrator'
}
