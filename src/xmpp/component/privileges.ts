// XEP-0356: Privileged Entity, version 0.4.1, sections 4 to 7
// Source: https://xmpp.org/extensions/xep-0356.html
import { type Log } from '../../base/log.ts'
import { type Outbound, Recorded } from '../../intake/outbound.ts'
import { child, el, type Element, elements, withAttrs } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Account } from '../accounts.ts'
import { type OnBehalf } from '../on-behalf.ts'
import { withAddressee } from '../presence-fanout.ts'
import { iqResult, sendError, serverSays, stanzaErrorOf } from '../reply.ts'
import { NS_ROSTER } from '../rosters.ts'
import { type Speaker } from '../services.ts'
import { NS_CLIENT } from '../stream/namespaces.ts'
import { type Subscription } from '../ports.ts'
import { bareJid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { fromComponent } from './wire.ts'
import { allows, type Grants } from './grants.ts'

const NS = 'urn:xmpp:privilege:2'
const NS_FORWARD = 'urn:xmpp:forward:0'

/** What components do for people here. All else that they say is theirs, and goes its ordinary way. */
export type Privileges = {
  /** @returns null where nothing privileged is asked. Settled when it resolves */
  take(stanza: Element, from: Speaker, grants: Grants): Promise<void> | null
}

export function createPrivileges(parts: {
  readonly domain: string
  readonly onBehalf: OnBehalf
  readonly log: Log
}): Privileges {
  const { domain, onBehalf, log } = parts

  /** Section 5: as if the person had sent it, with archive, carbons and blocking. */
  async function message({ stanza: outer, from, grants }: Asked): Promise<void> {
    const privilege = child(outer, 'privilege', NS)
    const forwarded = privilege && child(privilege, 'forwarded', NS_FORWARD)
    // Only of requests the XEP says which namespace they have, and libraries take the stream's.
    const [first] = forwarded ? elements(forwarded) : []
    const inner = first && messageIn(fromComponent(first))
    const bare = inner?.attrs['from'] ?? ''
    const account = grants.message && inner ? await accountOf(bare, parts) : null
    if (!account || !inner) throw new StanzaError('forbidden')
    const speaker = onBehalf.speaker(account, { origin: from.origin, answer: refused(outer, from) })
    log.info('component.acted', { domain: from.jid.domain, as: 'message' })
    await onBehalf.send(withAttrs(inner, { from: account.bare }), speaker)
  }

  /** A change in somebody's name is on record before it is made, as what the component has asked of him. */
  async function acted(
    iq: Element,
    from: Speaker,
    { account, as }: { readonly account: Account; readonly as: 'roster' | 'request' },
  ): Promise<void> {
    await onBehalf.record(iq, from, account)
    log.info('component.acted', { domain: from.jid.domain, as })
  }

  /** Section 4.3. */
  async function roster({ stanza: iq, from, grants }: Asked): Promise<void> {
    const [payload] = elements(iq)
    const account = await accountOf(iq.attrs['to'] ?? '', parts)
    const type = iq.attrs['type'] === 'set' ? 'set' : 'get'
    if (!account || !payload || !allows(grants.roster, type)) throw new StanzaError('forbidden')
    const speaker = onBehalf.speaker(account, { origin: from.origin, answer() {} })
    if (type === 'set') await acted(iq, from, { account, as: 'roster' })
    const answer = await onBehalf.ask(type, payload, speaker)
    if (type === 'set') await subscribe(payload, from, { account, onBehalf })
    from.send(iqResult(iq, from, answer))
  }

  /** Section 6.3, with its six reasons to refuse. */
  async function request({ stanza: outer, from, grants }: Asked): Promise<void> {
    const { to = '', type = '' } = outer.attrs
    const [privileged] = elements(outer)
    const inner = privileged && child(privileged, 'iq', NS_CLIENT)
    const [payload, ...more] = inner ? elements(inner) : []
    const account = await accountOf(to, parts)
    const isOwn = inner?.attrs['from'] === undefined || inner.attrs['from'] === account?.bare
    const isAllowed = allows(grants.iq.get(payload?.ns ?? ''), type)
    if (!account || !inner || !payload || more.length > 0 || !isOwn || !isAllowed)
      throw new StanzaError('forbidden')
    if (inner.attrs['type'] !== type) throw new StanzaError('forbidden')
    const answer = (out: Outbound): void => from.send(wrapped(out, outer, { from, account }))
    const speaker = onBehalf.speaker(account, { origin: from.origin, answer })
    if (type === 'set') await acted(outer, from, { account, as: 'request' })
    const iq = withAttrs(inner, { from: account.bare })
    // What is wrong with it is its answer.
    await onBehalf.send(iq, speaker).catch((error: unknown) => {
      sendError(iq, stanzaErrorOf(error, log), speaker)
    })
  }

  return {
    take(stanza, from, grants) {
      // The component itself, and none of those for whom it speaks.
      const act =
        from.jid.text === from.jid.domain
          ? askedOf({ stanza, from, grants }, { domain, message, roster, request })
          : null
      return (
        act?.().catch((error: unknown) => {
          sendError(stanza, stanzaErrorOf(error, log), from)
        }) ?? null
      )
    },
  }
}

/**
 * For contacts of the component's own a roster set says the subscription, too: it speaks for the one side, and by the
 * grant for the other. Gateways use it in place of requests that people would have to answer one by one.
 */
async function subscribe(
  payload: Element,
  from: Speaker,
  { account, onBehalf }: { readonly account: Account; readonly onBehalf: OnBehalf },
): Promise<void> {
  const { jid = '', subscription = '' } = elements(payload)[0]?.attrs ?? {}
  const contact = parseJid(jid)
  if (contact?.domain !== from.jid.domain || !isSubscription(subscription)) return
  await onBehalf.subscribe(account, bareJid(contact), subscription)
}

const subscriptions: ReadonlySet<string> = new Set(['none', 'to', 'from', 'both'])

function isSubscription(text: string): text is Subscription {
  return subscriptions.has(text)
}

function messageIn(element: Element): Element | null {
  return element.name === 'message' && element.ns === NS_CLIENT ? element : null
}

/** The server speaks for nobody else, and a device is nobody's to lend. */
async function accountOf(
  bare: string,
  { domain, onBehalf }: { readonly domain: string; readonly onBehalf: OnBehalf },
): Promise<Account | null> {
  const jid = parseJid(bare)
  if (!jid || jid.domain !== domain || jid.local === null || jid.resource !== null) return null
  return await onBehalf.account(jid.bare)
}

/** What the person would be told is told to the component: its message was not delivered. */
function refused(outer: Element, from: Speaker): (out: Outbound) => void {
  return () => sendError(outer, new StanzaError('undefined-condition'), from)
}

type Asked = { readonly stanza: Element; readonly from: Speaker; readonly grants: Grants }

type Acts = Readonly<Record<'message' | 'roster' | 'request', (asked: Asked) => Promise<void>>> & {
  readonly domain: string
}

/** What is privileged about it. Nobody else asks for the roster of another. */
function askedOf(
  asked: Asked,
  { domain, message, roster, request }: Acts,
): (() => Promise<void>) | null {
  const { stanza } = asked
  const { name, attrs } = stanza
  if (name === 'message') {
    const isPrivileged = attrs['to'] === domain && child(stanza, 'privilege', NS)
    return isPrivileged ? async () => await message(asked) : null
  }
  const [payload] = elements(stanza)
  const { type = '' } = attrs
  if (name !== 'iq' || !payload || (type !== 'get' && type !== 'set')) return null
  if (payload.ns === NS && payload.name === 'privileged_iq') return async () => await request(asked)
  return payload.ns === NS_ROSTER ? async () => await roster(asked) : null
}

/** Section 6.3: an answer to what the component has asked in somebody's name. */
function wrapped(
  out: Outbound,
  outer: Element,
  { from, account }: { readonly from: Speaker; readonly account: Account },
): Outbound {
  const id = escapeAttr(outer.attrs['id'] ?? '')
  const addresses = `from='${escapeAttr(account.bare)}' to='${escapeAttr(from.jid.text)}'`
  const open =
    `<iq xmlns='${NS_CLIENT}' type='result' id='${id}' ${addresses}>` +
    `<privilege xmlns='${NS}'><forwarded xmlns='${NS_FORWARD}'>`
  const wrap = (bytes: string): string => `${open}${bytes}</forwarded></privilege></iq>`
  return out instanceof Recorded ? out.envelope(wrap) : out.envelope(wrap)
}

/** Sections 4.2, 5.2, 6.2 and 7.2: what it may do, after the handshake; null where that is nothing. */
export function advertisement(grants: Grants, from: string, to: string): Outbound | null {
  const perms: Element[] = []
  const { roster, message, presence, iq } = grants
  if (roster)
    perms.push(
      el('perm', NS, { access: 'roster', type: roster, push: String(allows(roster, 'get')) }),
    )
  if (message) perms.push(el('perm', NS, { access: 'message', type: 'outgoing' }))
  if (presence) perms.push(el('perm', NS, { access: 'presence', type: 'managed_entity' }))
  if (iq.size > 0) {
    const namespaces = [...iq].map(([ns, type]) => el('namespace', NS, { ns, type }))
    perms.push(el('perm', NS, { access: 'iq' }, ...namespaces))
  }
  if (perms.length === 0) return null
  return serverSays(el('message', NS_CLIENT, { from, to }, el('privilege', NS, {}, ...perms)))
}

/** Tells components that are connected what they may know of people here. */
export function watchFor(
  { onBehalf }: { readonly onBehalf: OnBehalf },
  connected: ReadonlyMap<string, { send(out: Outbound): boolean }>,
  grantsOf: (domain: string) => Grants,
): void {
  let pushes = 0
  onBehalf.onRosterPush(({ bare }, query) => {
    for (const [domain, component] of connected) {
      if (!allows(grantsOf(domain).roster, 'get')) continue
      pushes += 1
      const attrs = { type: 'set', id: `roster-${pushes}`, from: bare, to: domain }
      component.send(serverSays(el('iq', NS_CLIENT, attrs, query)))
    }
  })
  onBehalf.onPresence((_jid, out) => {
    for (const [domain, component] of connected) {
      if (grantsOf(domain).presence) component.send(withAddressee(out, domain))
    }
  })
}
