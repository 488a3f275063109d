// XEP-0357: Push Notifications, version 0.4.1, section 7: when somebody is woken, and what becomes of it
// Source: https://xmpp.org/extensions/xep-0357.html
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Accounts } from '../accounts.ts'
import { type Outcome, type ServerQuestions } from '../server-questions.ts'
import { notification } from './notification.ts'
import { type PushTarget } from './ports.ts'
import { clientOf, type Targets } from './targets.ts'

/** What comes sooner after a notification is counted, and goes with the next one. */
const pauseMs = 10_000
/** Section 7.1: failures in a row of a service that may come back, and then it is not tried any more. */
const failuresMax = 8

export type Pushes = {
  /** Messages wait for this person: for his clients that are not connected, or for this one of them. */
  wait(person: PersonId, messages: number, client?: string): void
}

/** What is known of a place where somebody is to be woken, while there is something to know. */
type State = { messages: number; failures: number; isPaused: boolean }

export function createPushes(parts: {
  readonly targets: Targets
  readonly accounts: Pick<Accounts, 'sessionsOf'>
  readonly questions: ServerQuestions
  readonly timer: Timer
  readonly log: Log
}): Pushes {
  const { targets, accounts, questions, timer, log } = parts
  const states = new WeakMap<PushTarget, State>()

  /** Its client is connected: what waits reaches it by itself. */
  function isReached(person: PersonId, { client }: PushTarget): boolean {
    return accounts
      .sessionsOf(person)
      .some((session) => session.resource.isConnected && clientOf(session) === client)
  }

  function push(person: PersonId, target: PushTarget, state: State): void {
    state.isPaused = true
    send(person, target, state).catch((error: unknown) => {
      if (error instanceof FatalError) throw error
      log.error('push.not-stored', { error: String(error) })
    })
    timer.after(pauseMs, () => {
      state.isPaused = false
      const isWanted = targets.of(person).includes(target) && !isReached(person, target)
      if (!isWanted) states.delete(target)
      else if (state.messages > 0) push(person, target, state)
    })
  }

  async function send(person: PersonId, target: PushTarget, state: State): Promise<void> {
    const { messages } = state
    state.messages = 0
    const outcome = await questions.ask(target.service, notification(target, messages))
    if (outcome === 'answered') {
      state.failures = 0
      return
    }
    state.failures += 1
    if (!isOver(outcome, state)) return
    log.warn('push.disabled', { outcome, failures: state.failures })
    if (targets.of(person).includes(target))
      await targets.remove(person, target.service, target.node)
  }

  return {
    wait(person, messages, client) {
      for (const target of targets.of(person)) {
        if (client !== undefined && target.client !== client) continue
        if (isReached(person, target)) continue
        const state = states.get(target) ?? { messages: 0, failures: 0, isPaused: false }
        states.set(target, state)
        state.messages += messages
        if (!state.isPaused) push(person, target, state)
      }
    },
  }
}

/** Section 7.1: a service that says no is not asked again; one that is not there, or asks to wait, some times. */
function isOver(outcome: Exclude<Outcome, 'answered'>, { failures }: State): boolean {
  return outcome === 'refused' || failures >= failuresMax
}
