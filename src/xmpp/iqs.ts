// RFC 6120 section 8.2.3 and RFC 6121 section 8: what becomes of a request and its answer.
import { actingThrough } from '../base/through.ts'
import { type Timer } from '../base/timer.ts'
import { type Directory } from '../directory/ports.ts'
import { type Outbound, Transient } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { Element, elements } from '../xml/element.ts'
import { type Account, type Accounts, type Session } from './accounts.ts'
import { isBlocked, refuseBlocked, refuseToBlocked } from './blocking.ts'
import { refuseDirectTransfer } from './direct-transfer.ts'
import { type Addressee, draftOf, stamped } from './drafts.ts'
import { type Addressed, type IqHandler, type IqRequest, type OpenIqHandler } from './host.ts'
import { addresseeOf } from './messages.ts'
import { createQuestions } from './questions.ts'
import { iqResult, onRecordOnce } from './reply.ts'
import { type Speaker } from './services.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

export type Iqs = {
  on(request: IqRequest, handler: IqHandler): void
  onOpen(request: IqRequest, handler: OpenIqHandler): void
  /** A request to the account of `from` itself, with a plain answer. @throws {StanzaError} as for a device of it */
  own(type: 'get' | 'set', payload: Element, from: Speaker): Promise<Element | null>
  /** A request or answer of a form that `checkForm` has seen. Settled when it resolves. @throws {StanzaError} for the sender */
  route(iq: Element, from: Speaker): Promise<void>
  /** All that is answered: type, element and namespace, with spaces between. */
  known(): readonly string[]
  /** A request of the server's own to a device. Null where it answers with an error, nothing, or not in time. */
  readonly ask: (session: Session, request: Element) => Promise<Element | null>
}

export type IqParts = {
  readonly domain: string
  readonly timer: Timer
  readonly directory: Pick<Directory, 'find'>
  readonly intake: Intake
  readonly accounts: Accounts
}

export function createIqs(parts: IqParts): Iqs {
  const { directory, accounts } = parts
  const questions = createQuestions(parts)
  const handlers = new Map<
    string,
    { readonly at: ReadonlySet<Addressed['kind']>; readonly handler: OpenIqHandler }
  >()

  /** Requests to the server, to the own account, or to the bare JID of somebody else, for whom the server answers. */
  async function answer(iq: Element, from: Speaker, to: Jid): Promise<void> {
    const type = iq.attrs['type'] ?? ''
    if (type === 'result' || type === 'error') return questions.answered(iq, from.session)
    const [payload] = elements(iq)
    const found = payload && handlers.get(`${type} ${payload.name} ${payload.ns}`)
    const at = found && (await addressed(from, to))
    // RFC 6121 sections 8.5.1 and 8.5.2: the same answer where there is no such account, no such handler, or no right to ask.
    if (!found || !at || !found.at.has(at.kind)) throw new StanzaError('service-unavailable')
    const result = await actingThrough(
      `client:${from.jid.resource ?? ''}`,
      async () => await found.handler(payload, from, at),
    )
    if (result === null || result instanceof Element) {
      from.send(iqResult(iq, from, result))
      return
    }
    from.send(result.out(iq))
    await result.after?.()
  }

  async function addressed(from: Speaker, to: Jid): Promise<Addressed> {
    if (to.local === null) return { kind: 'server' }
    if (to.bare === from.jid.bare) return { kind: 'own' }
    // Whether or not there is anybody.
    refuseToBlocked(from, to)
    const person = directory.find(to.bare)
    const account = person?.enabled
      ? (accounts.peek(person.id) ?? (await accounts.load(person)))
      : null
    if (!account || isBlocked(account, from.jid)) return { kind: 'nobody', address: to }
    return { kind: sharesPresence(account, from) ? 'contact' : 'stranger', account }
  }

  function onOpen({ type, ns, name, at = ['own'] }: IqRequest, handler: OpenIqHandler): void {
    handlers.set(`${type} ${name} ${ns}`, { at: new Set(at), handler })
  }

  return {
    onOpen,
    async own(type, payload, from) {
      const found = handlers.get(`${type} ${payload.name} ${payload.ns}`)
      if (!found?.at.has('own')) throw new StanzaError('service-unavailable')
      const answered = await found.handler(payload, from, { kind: 'own' })
      if (answered === null || answered instanceof Element) return answered
      throw new StanzaError('service-unavailable')
    },
    on(request, handler) {
      onOpen(request, (payload, from, at) => {
        if (from.session) return handler(payload, from.session, at)
        throw new StanzaError('service-unavailable')
      })
    },
    known: () => [...handlers.keys()],
    ask: questions.ask,
    async route(iq, from) {
      const to = addresseeOf(iq, from)
      if (to.local === null || to.resource === null) await answer(iq, from, to)
      else await relay(parts, iq, { from, to })
    },
  }
}

/** To a device of a person: RFC 6121 section 8.5.3. */
async function relay(
  parts: IqParts,
  iq: Element,
  { from, to }: { readonly from: Speaker; readonly to: Jid },
): Promise<void> {
  const recipient = parts.directory.find(to.bare)
  const account = recipient && parts.accounts.peek(recipient.id)
  const target = account?.sessions.get(to.resource ?? '')
  const isAnswer = iq.attrs['type'] === 'result' || iq.attrs['type'] === 'error'
  if (!isAnswer) refuseToBlocked(from, to)
  if (!target || !account) {
    if (isAnswer) return
    throw new StanzaError('service-unavailable')
  }
  if (isAnswer) {
    if (isRefused({ from, to, recipient: account })) return
  } else {
    refuseBlocked({ from, to, recipient: account })
    // Section 8.5.3.1: who may not see that the device is there gets the answer of one that is not.
    if (!sharesPresence(account, from) && !hasShown(target, from))
      throw new StanzaError('service-unavailable')
    refuseDirectTransfer(iq)
  }
  const out = await outboundOf(parts, stamped(iq, from, to), {
    from,
    recipient: { to, id: account.person.id, isHere: true },
  })
  if (out && !target.isClosed) target.pass(out)
}

/** Transient by the table, or recorded. Null where it was recorded before. */
export async function outboundOf(
  { intake }: Pick<IqParts, 'intake'>,
  iq: Element,
  { from, recipient }: { readonly from: Speaker; readonly recipient: Addressee },
): Promise<Outbound | null> {
  const transient = Transient.of(iq, 'relayed')
  if (transient) return transient
  return await onRecordOnce(intake, draftOf(iq, from, recipient))
}

/** Whether `from` gets the presence of this account: by subscription, or because it is his own. */
export function sharesPresence(account: Account, from: Pick<Speaker, 'jid'>): boolean {
  if (account.bare === from.jid.bare) return true
  const subscription = account.roster.get(from.jid.bare)?.subscription
  return subscription === 'from' || subscription === 'both'
}

/**
 * Whether the device has shown itself to him. Rooms and people of a component are one party: who is in a room of it is
 * asked for his client's version in the name of an occupant.
 */
function hasShown({ directed }: Session, { jid, origin }: Speaker): boolean {
  if (directed.has(jid.text) || directed.has(jid.bare)) return true
  if (!origin.startsWith('component:')) return false
  return [...directed].some((text) => parseJid(text)?.domain === jid.domain)
}

function isRefused(sides: Parameters<typeof refuseBlocked>[0]): boolean {
  try {
    refuseBlocked(sides)
    return false
  } catch (error) {
    if (error instanceof StanzaError) return true
    throw error
  }
}

/** RFC 6120 section 8.2.3. @throws {StanzaError} */
export function checkForm(iq: Element): void {
  const { id, type } = iq.attrs
  if (id === undefined) throw new StanzaError('bad-request', { text: 'An IQ has an id.' })
  if (type === 'result' || type === 'error') return
  if (type !== 'get' && type !== 'set') {
    throw new StanzaError('bad-request', { text: 'An IQ is a get, set, result or error.' })
  }
  if (elements(iq).length !== 1) {
    throw new StanzaError('bad-request', { text: 'A request has exactly one child element.' })
  }
}
