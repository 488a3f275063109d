import { Worker } from 'node:worker_threads'
import { threadOver, type KeyedPlace } from './key-line.ts'

/** What is said between threads: both sides name one and the same. */
export type Exchange = { readonly ask: unknown; readonly answer: unknown }

/** To such a thread; `answer-asks.ts` is the other side. */
export type Asked<Ask> = { readonly number: number; readonly ask: Ask }

/** From it. */
export type Answered<Answer> =
  | { readonly kind: 'started' }
  | { readonly kind: 'answered'; readonly number: number; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly why: string }

/** Threads that answer what they are asked, over files that they open by themselves. When one fails, they all have. */
export type AskedThreads<E extends Exchange> = {
  /** Whether one of them is not up yet, and none has failed. What is asked before waits for it. */
  isStarting(): boolean
  /** Resolves when that is over. */
  readonly started: Promise<void>
  /** They take turns. Whoever asks bounds how much he asks at a time. @throws {Error} when a thread has failed, or was ended */
  ask(ask: E['ask']): Promise<E['answer']>
  /** Cuts them off: they only read. */
  close(): Promise<void>
}

/** @param options.file what the threads run @param options.place what it gets as `workerData`, with a line to the keys of its own */
export function askedThreads<E extends Exchange>(options: {
  readonly file: URL
  readonly name: string
  readonly place: KeyedPlace
  readonly count: number
}): AskedThreads<E> {
  const { file, name, place, count } = options
  const waiting = new Map<number, PromiseWithResolvers<E['answer']>>()
  let failure: Error | null = null
  const settled = Promise.withResolvers<void>()
  let started = 0
  let asked = 0

  const fail = (error: Error): void => {
    failure ??= error
    settled.resolve()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const receive = (message: Answered<E['answer']>): void => {
    switch (message.kind) {
      case 'started':
        started++
        if (started === count) settled.resolve()
        return
      case 'answered':
        waiting.get(message.number)?.resolve(message.answer)
        waiting.delete(message.number)
        return
      case 'failed':
        fail(new Error(message.why))
        return
      default:
        fail(new Error(`a thread (${name}) said what is not known`))
    }
  }
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(file, { ...threadOver(place), name })
    worker.on('message', receive)
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error(`a thread (${name}) has ended`)))
    return worker
  })
  return {
    isStarting: () => failure === null && started < count,
    started: settled.promise,
    async ask(ask) {
      if (failure !== null) throw failure
      const answer = Promise.withResolvers<E['answer']>()
      const number = asked++
      waiting.set(number, answer)
      const message: Asked<E['ask']> = { number, ask }
      workers[number % count]?.postMessage(message, [])
      return await answer.promise
    },
    async close() {
      await Promise.all(workers.map(async (worker) => await worker.terminate()))
    },
  }
}
