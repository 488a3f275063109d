// RFC 6121 Appendix A: the states of a subscription, and what leads from one to another.
import { type RosterItem, type Subscription } from './ports.ts'

export type SubscriptionStanza = 'subscribe' | 'unsubscribe' | 'subscribed' | 'unsubscribed'

/** One side's view of a subscription: the nine states of Appendix A.1, and pre-approval (section 3.4). */
export type SubscriptionState = Pick<RosterItem, 'subscription' | 'ask' | 'pendingIn' | 'approved'>

/** Where a stanza leads. `passes`: it is routed on (Appendix A.2) or delivered to the person's devices (A.3). */
type Step = {
  readonly state: SubscriptionState
  readonly passes: boolean
  /** The server answers `subscribed` itself: the sender has the subscription already, or was approved beforehand. */
  readonly autoReply: boolean
}

type Steps = Readonly<Record<SubscriptionStanza, (state: SubscriptionState) => Step>>

/** What a stanza that the person sends does to his side: Appendix A.2. */
export const outbound: Steps = {
  subscribe: (state) => step({ ...state, ask: state.ask || !hasTo(state) }, true),
  unsubscribe: (state) =>
    step({ ...state, ask: false, subscription: withoutTo(state.subscription) }, true),
  // Section 3.4.2: without a request it is an approval for the next one.
  subscribed: (state) =>
    state.pendingIn
      ? step(grant(state), true)
      : step(hasFrom(state) ? state : { ...state, approved: true }, false),
  unsubscribed: (state) =>
    step(
      {
        ...state,
        pendingIn: false,
        approved: false,
        subscription: withoutFrom(state.subscription),
      },
      state.pendingIn || hasFrom(state),
    ),
}

/** What a stanza that the person receives does to his side: Appendix A.3. */
export const inbound: Steps = {
  subscribe: (state) => {
    if (hasFrom(state)) return { state, passes: false, autoReply: true }
    if (state.approved) return { state: grant(state), passes: false, autoReply: true }
    return step({ ...state, pendingIn: true }, !state.pendingIn)
  },
  unsubscribe: (state) =>
    step(
      { ...state, pendingIn: false, subscription: withoutFrom(state.subscription) },
      state.pendingIn || hasFrom(state),
    ),
  subscribed: (state) =>
    state.ask
      ? step({ ...state, ask: false, subscription: hasFrom(state) ? 'both' : 'to' }, true)
      : step(state, false),
  unsubscribed: (state) =>
    step(
      { ...state, ask: false, subscription: withoutTo(state.subscription) },
      state.ask || hasTo(state),
    ),
}

function step(state: SubscriptionState, passes: boolean): Step {
  return { state, passes, autoReply: false }
}

function grant(state: SubscriptionState): SubscriptionState {
  return { ...state, pendingIn: false, subscription: hasTo(state) ? 'both' : 'from' }
}

export function hasTo({ subscription }: Pick<RosterItem, 'subscription'>): boolean {
  return subscription === 'to' || subscription === 'both'
}

export function hasFrom({ subscription }: Pick<RosterItem, 'subscription'>): boolean {
  return subscription === 'from' || subscription === 'both'
}

function withoutTo(subscription: Subscription): Subscription {
  if (subscription === 'both') return 'from'
  return subscription === 'to' ? 'none' : subscription
}

function withoutFrom(subscription: Subscription): Subscription {
  if (subscription === 'both') return 'to'
  return subscription === 'from' ? 'none' : subscription
}
