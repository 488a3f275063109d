// Starts the key agent, a process of its own that has the vault open, asks it, and starts another one when it has ended.
//
// What is asked while there is none waits for the next one, so a message is late and not lost. After a few seconds the record refuses what
// comes (`refusal`), as nothing can be sealed; after a minute the process stops, and the next start says what is wrong.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Ticks } from '../../base/clock.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type NotWritable } from '../../record/ports.ts'
import { type DataPlace } from './data-vault.ts'
import { errorOf, failureOf, type Failure } from './failure.ts'
import { type FromAgent, type ToAgent } from './key-agent-messages.ts'
import { type CallName, type KeyCall, type KeyLine, type KeyReply } from './key-line.ts'

/** Calls that the agent has at a time. The others wait here, in their order. */
const atOnceMax = 256
/** And so many of them. */
const waitingMax = 100_000
/** After that the record refuses. */
const patienceMs = 5_000
/** After that the process stops. */
const awayMsMax = 60_000
const againMs = 1_000

/** What may have been done when the agent ended: it is not asked again, and who asked looks whether it was. */
const onceOnly: ReadonlySet<CallName> = new Set([
  'turn',
  'issueShares',
  'issueKits',
  'dropPaper',
  'drawSigners',
  'replaceSigners',
])

export type KeyAgent = KeyLine & {
  /** Kits of keys that the first start has made. */
  readonly kits: readonly string[]
  /** Why the record takes nothing just now; null while the agent is there, or is expected back. */
  readonly refusal: () => NotWritable | null
  /** The number of the process; null while there is none. */
  pid(): number | null
  close(): Promise<void>
}

type AgentPlace = {
  readonly place: DataPlace
  /** For how long a bucket stays open after its period, in ms; null: for ever. */
  readonly hotMs: number | null
}

type Outside = {
  readonly log: Log
  readonly ticks: Ticks
  readonly timer: Timer
  /** There is no agent any more, and none comes. */
  readonly fatal: (error: FatalError) => void
}

type Call = {
  readonly call: KeyCall
  readonly resolve: (reply: KeyReply) => void
  isSent: boolean
}

/**
 * @param opening.domain of a vault that is to be made; null: there is one
 * @throws {OperatorError} when the vault cannot be opened, as `openKeys`
 */
export async function startKeyAgent(
  opening: AgentPlace & { readonly domain: string | null },
  outside: Outside,
): Promise<KeyAgent> {
  const agent = new Agent(opening, outside)
  const kits = await agent.start(opening.domain)
  return {
    kits,
    ask: async (call) => await agent.ask(call),
    refusal: () => agent.refusal(),
    pid: () => agent.pid(),
    close: async () => await agent.close(),
  }
}

class Agent {
  readonly #place: AgentPlace
  readonly #outside: Outside
  readonly #calls = new Map<number, Call>()
  #asked = 0
  #generation = 0
  #sent = 0
  #child: ChildProcess | null = null
  #isUp = false
  /** Nothing more is given to an agent that is to end. */
  #isRenewing = false
  /** Since when there is none; null while there is one. */
  #awaySince: number | null = null
  #ended: Failure | null = null

  constructor(place: AgentPlace, outside: Outside) {
    this.#place = place
    this.#outside = outside
  }

  /** @returns kits of keys that were made */
  async start(domain: string | null): Promise<readonly string[]> {
    const child = launch()
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      reject(new FatalError(`the key agent ended with ${code ?? signal}`))
    })
    child.on('message', (message: FromAgent) => {
      if (message.kind === 'reply') this.#answered(child, message)
      if (message.kind === 'up') resolve(message.kits)
      if (message.kind === 'failed') reject(errorOf(message.failure))
    })
    const { place, hotMs } = this.#place
    tell(child, { kind: 'open', place, domain, generation: ++this.#generation, hotMs })
    try {
      const kits = await promise
      child.once('exit', (code, signal) => this.#lost(String(code ?? signal)))
      ;[this.#child, this.#isUp, this.#awaySince] = [child, true, null]
      this.#send()
      // It was told to end while it came.
      if (this.#ended !== null) await this.#part()
      return kits
    } catch (error) {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      throw error
    }
  }

  async ask(call: KeyCall): Promise<KeyReply> {
    if (this.#ended !== null) return { ok: false, failure: this.#ended }
    if (this.#calls.size >= waitingMax) return { ok: false, failure: tooMuch }
    const reply = await new Promise<KeyReply>((resolve) => {
      this.#calls.set(this.#asked++, { call, resolve, isSent: false })
      this.#send()
    })
    // Keys that were destroyed leave the memory with the process: LEDGER.md §4.
    if (call.name === 'turn') await this.#renew()
    return reply
  }

  refusal(): NotWritable | null {
    const since = this.#awaySince
    if (since === null || this.#outside.ticks.elapsed() - since < patienceMs) return null
    return { reason: 'keys', text: 'The keys of the record are away. They are being sought.' }
  }

  pid(): number | null {
    return this.#child?.pid ?? null
  }

  async close(): Promise<void> {
    this.#end(closed)
    await this.#part()
  }

  /** What can be given to the agent is. */
  #send(): void {
    const child = this.#child
    if (child === null || !this.#isUp || this.#isRenewing) return
    for (const [number, its] of this.#calls) {
      if (this.#sent >= atOnceMax) return
      if (its.isSent) continue
      its.isSent = true
      this.#sent++
      tell(child, { kind: 'call', number, call: its.call })
    }
  }

  #answered(child: ChildProcess, { number, reply }: Extract<FromAgent, { kind: 'reply' }>): void {
    const its = this.#calls.get(number)
    if (its === undefined || child !== this.#child) return
    this.#calls.delete(number)
    this.#sent--
    its.resolve(reply)
    this.#send()
    if (this.#isRenewing && this.#sent === 0) child.emit('idle')
  }

  /** The agent has ended, and nobody has told it to. */
  #lost(how: string): void {
    ;[this.#child, this.#isUp, this.#sent] = [null, false, 0]
    this.#awaySince ??= this.#outside.ticks.elapsed()
    if (this.#ended !== null) return
    this.#outside.log.error('keys.agent-ended', { how })
    for (const [number, its] of this.#calls) {
      if (!its.isSent) continue
      its.isSent = false
      if (!onceOnly.has(its.call.name)) continue
      this.#calls.delete(number)
      its.resolve({ ok: false, failure: endedMeanwhile })
    }
    // Whoever renews it starts the next one.
    if (!this.#isRenewing) this.#again()
  }

  #again(): void {
    if (this.#ended !== null) return
    this.start(null).then(
      () => this.#outside.log.info('keys.agent-back', {}),
      (error: unknown) => this.#notBack(error),
    )
  }

  #notBack(error: unknown): void {
    if (this.#ended !== null) return
    this.#outside.log.error('keys.agent-not-back', { why: String(error) })
    const awayMs = this.#outside.ticks.elapsed() - (this.#awaySince ?? 0)
    if (awayMs < awayMsMax) return void this.#outside.timer.after(againMs, () => this.#again())
    const fatal = new FatalError('the key agent does not come back', { cause: error })
    this.#end(failureOf(fatal))
    this.#outside.fatal(fatal)
  }

  /** Another process takes its place, once what it has been asked is answered. */
  async #renew(): Promise<void> {
    const child = this.#child
    if (child === null || this.#isRenewing) return
    this.#isRenewing = true
    if (this.#sent > 0) await Promise.race([once(child, 'idle'), once(child, 'exit')])
    await this.#part()
    this.#isRenewing = false
    this.#awaySince ??= this.#outside.ticks.elapsed()
    if (this.#ended === null) await this.start(null).catch((error: unknown) => this.#notBack(error))
  }

  /** Ends the process. */
  async #part(): Promise<void> {
    const child = this.#child
    if (child === null) return
    ;[this.#child, this.#isUp] = [null, false]
    child.removeAllListeners('exit')
    const exit = once(child, 'exit')
    if (child.connected) child.disconnect()
    await exit
  }

  #end(failure: Failure): void {
    this.#ended ??= failure
    for (const { resolve } of this.#calls.values()) resolve({ ok: false, failure })
    this.#calls.clear()
  }
}

/** Without core dumps, however this process was started. */
function launch(): ChildProcess {
  const file = fileURLToPath(new URL('key-agent-process.ts', import.meta.url))
  const script = 'ulimit -c 0; exec "$0" "$1"'
  return spawn('/bin/sh', ['-c', script, process.execPath, file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
}

function tell(child: ChildProcess, message: ToAgent): void {
  // That it is gone is told by its end.
  child.send(message, () => undefined)
}

const closed = failureOf(new OperatorError('key.agent-closed', 'The key agent was told to end.'))
const tooMuch = failureOf(
  new FatalError('more is asked of the key agent than anybody should ask at a time'),
)
const endedMeanwhile = failureOf(
  new OperatorError(
    'key.agent-ended',
    'The key agent has ended while it was at this: see onrecord key list for how far it came, and ask again.',
  ),
)
