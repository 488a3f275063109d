// Who wants to hear what of the road of a stanza: features, and who acts for people here.
import { type Iqs } from './iqs.ts'
import { type Element } from '../xml/element.ts'
import {
  type BoundListener,
  type Host,
  type NoteListener,
  type PresenceChange,
  type WaitingListener,
} from './host.ts'
import { type OnBehalf } from './on-behalf.ts'
import { type RoomKeeping } from './rooms/hand-over.ts'

export type Listeners = {
  readonly delivered: Parameters<Host['onDelivered']>[0][]
  readonly presence: Parameters<Host['onPresence']>[0][]
  readonly coming: Parameters<OnBehalf['onPresence']>[0][]
  readonly bound: BoundListener[]
  readonly available: PresenceChange[]
  readonly closed: Parameters<Host['onClosed']>[0][]
  readonly waiting: WaitingListener[]
  readonly missed: Host['missed'][]
  readonly notes: NoteListener[]
  readonly start: Parameters<Host['onStart']>[0][]
  readonly stop: Parameters<Host['onStop']>[0][]
  readonly streamFeatures: Element[]
  readonly roomKeeping: RoomKeeping[]
}

export function noListeners(): Listeners {
  return {
    delivered: [],
    presence: [],
    available: [],
    coming: [],
    bound: [],
    closed: [],
    waiting: [],
    missed: [],
    notes: [],
    start: [],
    stop: [],
    streamFeatures: [],
    roomKeeping: [],
  }
}

type Hooks = Pick<
  Host,
  | 'onIq'
  | 'onOpenIq'
  | 'onDelivered'
  | 'onAvailable'
  | 'onPresence'
  | 'onBound'
  | 'onClosed'
  | 'onNoteToSelf'
  | 'onWaiting'
  | 'waiting'
  | 'onMissed'
  | 'missed'
  | 'onStart'
  | 'onStop'
  | 'streamFeature'
  | 'keepsRooms'
>

export function hooksOf(listeners: Listeners, iqs: Pick<Iqs, 'on' | 'onOpen'>): Hooks {
  return {
    onIq: (request, handler) => iqs.on(request, handler),
    onOpenIq: (request, handler) => iqs.onOpen(request, handler),
    onDelivered: (listener) => listeners.delivered.push(listener),
    onPresence: (listener) => listeners.presence.push(listener),
    onBound: (listener) => listeners.bound.push(listener),
    onAvailable: (change) => listeners.available.push(change),
    onClosed: (listener) => listeners.closed.push(listener),
    onNoteToSelf: (listener) => listeners.notes.push(listener),
    onWaiting: (listener) => listeners.waiting.push(listener),
    waiting(session, messages) {
      for (const listener of listeners.waiting) listener(session, messages)
    },
    onMissed: (listener) => listeners.missed.push(listener),
    missed(missed) {
      for (const listener of listeners.missed) listener(missed)
    },
    onStart: (listener) => listeners.start.push(listener),
    onStop: (listener) => listeners.stop.push(listener),
    streamFeature: (element) => listeners.streamFeatures.push(element),
    keepsRooms: (keeping) => listeners.roomKeeping.push(keeping),
  }
}
