// Events of bots, to where their webhooks are: in order, signed, again where that failed. What waits is a position in the record, and no text.
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import {
  type Deliveries,
  type Post,
  type Posted,
  type Webhook,
} from '../../directory/webhooks/ports.ts'
import { type Webhooks } from '../../directory/webhooks/webhooks.ts'
import { type Event, eventTypes, type EventType } from '../contract/events.ts'
import { eventsAfter, type Fed, type Feeding } from '../events/feed.ts'
import { type Wakes } from '../events/wakes.ts'
import { type Answer, answerIn, type Command, commandIn } from './command.ts'
import { signedHeaders } from './sign.ts'

const dayMs = 86_400_000
/** The first wait after a failure; each one is twice as long, up to an hour. */
const firstWaitMs = 5_000
const waitMsMax = 3_600_000
/** An answer to a command is said if it comes within so long; after that the program says it by the API. */
const answerMs = 5_000
const atOnce = 20
/** How often it is looked for what came by no road of a message. */
const idleMs = 15_000

export type Delivering = Feeding & {
  readonly webhooks: Webhooks
  readonly post: Post
  readonly wakes: Wakes
  readonly timer: Timer
  readonly now: () => number
  readonly log: Log
  readonly fatal: (error: unknown) => void
}

/** Each webhook by itself: one that fails holds up no other. */
export function startDeliveries(delivering: Delivering): Deliveries {
  const { webhooks, timer, log, fatal } = delivering
  const stops = new Map<string, () => void>()
  const underWay = new Set<Promise<void>>()

  function start(id: string): void {
    stops.get(id)?.()
    stops.delete(id)
    if (webhooks.get(id)?.enabled === true) stops.set(id, run(id))
  }

  /** @returns what ends it */
  function run(id: string): () => void {
    let isOver = false
    let isAtIt = false
    let isDue = false
    let failures = 0
    let callOff: (() => void) | null = null
    const hook = webhooks.get(id)
    const stopWaking = hook ? delivering.wakes.of(hook.bot, () => step()) : () => {}

    function later(ms: number): void {
      callOff?.()
      if (!isOver) callOff = timer.after(ms, () => step(true))
    }

    /** @param isTime whether the wait after a failure is over */
    function step(isTime = false): void {
      isDue = true
      if (isAtIt || isOver || (failures > 0 && !isTime)) return
      isAtIt = true
      isDue = false
      const done = attempt()
        .catch((error: unknown) => {
          if (error instanceof FatalError) fatal(error)
          log.error('webhook.failed', { webhook: id, error: String(error) })
          isAtIt = false
          failures += 1
          later(waitAfter(failures))
        })
        .finally(() => underWay.delete(done))
      underWay.add(done)
    }
    async function attempt(): Promise<void> {
      const result = await deliverSome(id, failures, delivering, () => isOver)
      failures = result === 'failed' ? failures + 1 : 0
      isAtIt = false
      if (result === 'failed') later(waitAfter(failures))
      else if (result === 'more' || isDue) step()
      else later(idleMs)
    }

    step(true)
    return () => {
      isOver = true
      callOff?.()
      stopWaking()
    }
  }

  webhooks.onChanged(start)
  for (const { id } of webhooks.list()) start(id)
  return {
    again: async (id, event) => await again(id, event, delivering),
    async close() {
      for (const stop of stops.values()) stop()
      stops.clear()
      delivering.post.close()
      await Promise.all(underWay)
    },
  }
}

export function waitAfter(failures: number): number {
  return Math.min(firstWaitMs * 2 ** (failures - 1), waitMsMax)
}

/** The next ones in their order, as long as they are taken. */
async function deliverSome(
  id: string,
  failures: number,
  delivering: Delivering,
  isOver: () => boolean,
): Promise<'more' | 'none' | 'failed'> {
  const { webhooks, directory } = delivering
  const hook = webhooks.get(id)
  if (hook === null || directory.get(hook.bot)?.enabled !== true) return 'none'
  const fed = await eventsAfter(
    webhooks.progressOf(id).cursor,
    atOnce,
    { person: hook.bot, types: typesOf(hook) },
    delivering,
  )
  let attempts = failures
  for (const one of fed) {
    if (isOver()) return 'none'
    const said = bodyOf(one, hook)
    if (said !== null) {
      attempts += 1
      const posted = await deliver(hook, { ...said, attempts }, delivering)
      // Meanwhile it may have been turned off.
      if (isOver()) return 'none'
      if (!isTaken(posted)) {
        await failed(hook, delivering)
        return 'failed'
      }
      attempts = 0
    }
    // If we stop before this it is delivered once more, under the same id.
    await webhooks.noteProgress(id, { cursor: one.position, failingSince: null })
  }
  return fed.length === 0 ? 'none' : 'more'
}

/** Commands are messages, too. */
function typesOf({ types, commands }: Webhook): ReadonlySet<EventType> {
  const wanted = eventTypes.filter((type) => types.includes(type))
  return new Set(commands.length > 0 ? [...wanted, 'message' as const] : wanted)
}

type Said = { readonly event: Event; readonly command: Command | null }

/** Null for what is not for it: what the bot said itself above all, or it would talk to itself. */
function bodyOf({ event, sender }: Fed, { bot, types, commands }: Webhook): Said | null {
  if (event.type !== 'message') return { event, command: null }
  if (sender === bot) return null
  const isSaid = event.message.kind === 'message'
  const command = isSaid ? commandIn(event.message.text, commands) : null
  return command !== null || types.includes('message') ? { event, command } : null
}

function isTaken(posted: Posted): boolean {
  return posted.kind === 'answer' && posted.status >= 200 && posted.status < 300
}

/** One attempt, noted without what was said. */
async function deliver(
  hook: Webhook,
  { event, command, attempts }: Said & { readonly attempts: number },
  delivering: Delivering,
): Promise<Posted> {
  const { webhooks, post, now, log } = delivering
  const secret = await webhooks.secretOf(hook.id)
  if (secret === null) return { kind: 'failed', why: 'address' }
  const at = now()
  const body = JSON.stringify(command === null ? event : { ...event, type: 'command', command })
  const posted = await post.send(hook.url, signedHeaders(secret, { id: event.id, at, body }), body)
  const status = posted.kind === 'answer' ? posted.status : null
  const answered = isTaken(posted) ? 'taken' : 'refused'
  const outcome = posted.kind === 'answer' ? answered : posted.why
  await webhooks.noteDelivery(hook.id, { event: event.id, at, status, outcome, attempts })
  if (outcome !== 'taken') log.warn('webhook.not-taken', { webhook: hook.id, outcome, attempts })
  const isAsked = command !== null || event.type === 'press'
  if (isAsked && isTaken(posted) && now() - at <= answerMs)
    await sayAnswer(hook, event, { answer: answerIn(posted), ...delivering })
  return posted
}

/** As the bot, where the command was typed or the button pressed, on record as everything. The same is answered once. */
async function sayAnswer(
  { id, bot }: Webhook,
  event: Event,
  { answer, chat, log }: { readonly answer: Answer | null } & Pick<Delivering, 'chat' | 'log'>,
): Promise<void> {
  if (answer === null || (event.type !== 'message' && event.type !== 'press')) return
  const to = 'room' in event.in ? event.in.room : event.in.person
  if (to === null) return
  const { text, buttons } = answer
  // What was typed is not the bot's to replace.
  const replaces = event.type === 'press' && answer.isReplacement ? event.about : null
  const originId = `answer-${id.slice(0, 8)}-${event.id}`
  try {
    await chat.say({ person: bot, to, text, originId, buttons, replaces })
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    log.warn('webhook.answer-not-said', { webhook: id, code: error.code })
  }
}

/** After a day it is turned off, which is on record, and an administrator has to look. */
async function failed({ id }: Webhook, { webhooks, now, log }: Delivering): Promise<void> {
  const { cursor, failingSince } = webhooks.progressOf(id)
  if (failingSince === null) {
    await webhooks.noteProgress(id, { cursor, failingSince: now() })
    return
  }
  if (now() - failingSince < dayMs) return
  log.error('webhook.disabled', { webhook: id })
  await webhooks.setEnabled(id, { enabled: false, by: { commandLine: true } })
}

async function again(id: string, eventId: string, delivering: Delivering): Promise<Posted> {
  const { webhooks, chat } = delivering
  const hook = webhooks.get(id)
  const position = chat.history.positionOf(eventId)
  if (hook !== null && position !== null) {
    const follower = { person: hook.bot, types: typesOf(hook) }
    const [one] = await eventsAfter(position - 1, 1, follower, delivering)
    const said = one?.event.id === eventId ? bodyOf(one, hook) : null
    if (said !== null) return await deliver(hook, { ...said, attempts: 1 }, delivering)
  }
  throw new OperatorError('webhooks.unknown', 'There is no such event of this webhook.')
}
