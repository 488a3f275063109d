import { Worker } from 'node:worker_threads'
import { systemTicks } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { systemTimer } from '../../base/timer.ts'
import { progressFrom, type Progress } from '../../record/integrate/progress.ts'
import { type Integrated, type Integrator } from '../../record/ledger/ports.ts'
import { collectBatches } from './collect-batches.ts'
import { errorOf } from './failure.ts'
import {
  type FromIntegrator,
  type IntegratorSettings,
  type ToIntegrator,
} from './integrator-messages.ts'
import { threadOver, type KeyedPlace } from './key-line.ts'

/** Where the integrator works. */
export type IntegratorPlace = KeyedPlace & IntegratorSettings

/**
 * Starts the integrator in a thread of its own, over the files of a data folder. The vault has to be there.
 *
 * @param onFatal called once when it fails, also after it has started; the process has to stop
 * @throws {OperatorError} when the operator has to do something first
 * @throws {FatalError} when what is said to be durable is not there
 */
export async function threadedIntegrator(
  place: IntegratorPlace,
  onFatal: (error: FatalError) => void,
): Promise<{ readonly integrator: Integrator; readonly integrated: Integrated }> {
  const worker = new Worker(new URL('integrator-worker.ts', import.meta.url), {
    ...threadOver(place),
    name: 'integrator',
  })
  const link = linkTo(worker)
  try {
    const { integrated } = await link.answer('started')
    const progress = progressFrom(integrated.durable)
    link.follow(progress, onFatal)
    return { integrator: integratorBehind(link, progress), integrated }
  } catch (error) {
    await worker.terminate()
    throw error
  }
}

function integratorBehind(link: Link, progress: Progress): Integrator {
  const collected = collectBatches({
    ticks: systemTicks,
    timer: systemTimer,
    send(batches) {
      const transferred = batches.map(({ records }) => records.buffer)
      link.send({ kind: 'take', batches }, transferred)
    },
  })
  return {
    take: (batch) => collected.add(batch),
    get position() {
      return progress.position
    },
    async integrated(position) {
      if (position > progress.position) collected.hurry(position)
      await progress.until(position)
    },
    blocked: () => progress.blocked,
    signNow: () => link.send({ kind: 'sign' }),
    onDurable: (listener) => progress.onDurable(listener),
    onProgress: (listener) => progress.onMoved(listener),
    async begin() {
      collected.sendNow()
      link.send({ kind: 'begin' })
      await link.answer('begun')
    },
    async forget(gone) {
      link.send({ kind: 'forget', gone })
      await link.answer('forgotten')
    },
    async close(end) {
      const ended = link.ended()
      collected.sendNow()
      link.send({ kind: 'close', end })
      await link.answer('closed')
      await ended
    },
  }
}

type Answer<K extends FromIntegrator['kind']> = Extract<FromIntegrator, { readonly kind: K }>

/** Messages to the thread and back. */
type Link = {
  send(message: ToIntegrator, transferred?: readonly ArrayBuffer[]): void
  /** Resolves with the next message of that kind; rejects when the thread fails before it. */
  answer<K extends FromIntegrator['kind']>(kind: K): Promise<Answer<K>>
  follow(progress: Progress, onFatal: (error: FatalError) => void): void
  ended(): Promise<void>
}

function linkTo(worker: Worker): Link {
  let failure: Error | null = null
  const onFailure = new Set<(error: Error) => void>()
  const fail = (error: Error): void => {
    failure ??= error
    for (const listener of onFailure) listener(error)
  }
  worker.on('error', (cause) => fail(new FatalError("the integrator's thread failed", { cause })))
  worker.on('exit', (code) => {
    if (code !== 0) fail(new FatalError(`the integrator's thread ended with ${code}`))
  })
  worker.on('message', (message: FromIntegrator) => {
    if (message.kind !== 'failed') return
    fail(errorOf(message.failure))
    // It writes nothing more. What a failed flush or a full disk leaves behind is for the next start.
    worker.terminate().catch((cause: unknown) => {
      fail(new FatalError("the integrator's thread does not end", { cause }))
    })
  })
  return {
    send: (message, transferred = []) => worker.postMessage(message, transferred),
    async answer(kind) {
      if (failure !== null) throw failure
      return await new Promise((resolve, reject) => {
        const listener = (message: FromIntegrator): void => {
          if (!isKind(message, kind)) return
          worker.off('message', listener)
          onFailure.delete(reject)
          resolve(message)
        }
        worker.on('message', listener)
        onFailure.add(reject)
      })
    },
    follow(progress, onFatal) {
      worker.on('message', (message: FromIntegrator) => {
        if (message.kind === 'moved') progress.move(message.position, message.blocked)
        if (message.kind === 'durable') progress.durable(message.durable)
      })
      onFailure.add((error) => {
        if (progress.failure !== null || !(error instanceof FatalError)) return
        progress.fail(error)
        onFatal(error)
      })
    },
    ended: async () => await new Promise((resolve) => worker.once('exit', () => resolve())),
  }
}

function isKind<K extends FromIntegrator['kind']>(
  message: FromIntegrator,
  kind: K,
): message is Answer<K> {
  return message.kind === kind
}
