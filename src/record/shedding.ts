import { type Sequencer } from './ledger/sequencer.ts'
import { type Integrator } from './ledger/ports.ts'
import { type Segments } from './ledger/segments.ts'
import { type RecordStanding, type Shedding } from './ports.ts'
import { type LogPosition } from './types.ts'

export type OpenShedding = Shedding & {
  /** Whoever waits is told that nothing comes any more. */
  close(): void
}

/** Over a record that runs. */
export function openShedding({
  integrator,
  segments,
  sequencer,
  signed,
  forget,
}: {
  readonly integrator: Pick<Integrator, 'onDurable' | 'forget' | 'integrated' | 'signNow'>
  readonly segments: Pick<Segments, 'roll' | 'gone'>
  readonly sequencer: Pick<Sequencer, 'forgetKeys'>
  readonly signed: () => RecordStanding['signed']
  /** In threads that read. */
  readonly forget: () => Promise<void>
}): OpenShedding {
  const listeners: ((positions: ReadonlySet<LogPosition>) => void)[] = []
  let waiting: { readonly size: LogPosition; readonly done: PromiseWithResolvers<void> }[] = []
  const look = (): void => {
    const reached = signed()?.size ?? -1
    const done = waiting.filter(({ size }) => size <= reached)
    waiting = waiting.filter(({ size }) => size > reached)
    for (const one of done) one.done.resolve()
  }
  integrator.onDurable(look)
  return {
    async signed(size) {
      const done = Promise.withResolvers<void>()
      waiting.push({ size, done })
      look()
      // Somebody waits for it.
      if (waiting.some((one) => one.done === done)) {
        // At a stop it may never be integrated, and whoever waits is told all the same.
        await Promise.race([integrator.integrated(size), done.promise])
        integrator.signNow()
      }
      await done.promise
    },
    rollLog: () => segments.roll(),
    outOfLog: async (position) => await segments.gone(position),
    async forget(gone) {
      sequencer.forgetKeys()
      await integrator.forget(gone)
      await forget()
      const positions = new Set(gone.positions)
      for (const listener of listeners) listener(positions)
    },
    onForgotten: (listener) => void listeners.push(listener),
    close() {
      for (const { done } of waiting.splice(0)) done.reject(new Error('the record is closed'))
    },
  }
}
