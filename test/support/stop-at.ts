// A kill in the middle of a change of people.
import { type PeopleState } from '../../src/directory/ports.ts'
import { type Record } from '../../src/record/ports.ts'

type Stop = {
  readonly stopped: Promise<'stopped'>
  state(of: PeopleState): PeopleState
  record(of: Record): Record
}

/** The process ends before or after the nth write: nothing of it is heard any more. */
export function stopAt(nth: number, when: 'before' | 'after'): Stop {
  let calls = 0
  const { promise: stopped, resolve: stop } = Promise.withResolvers<'stopped'>()
  const never = async (): Promise<never> => {
    stop('stopped')
    return await new Promise<never>(() => {})
  }
  async function step<T>(write: () => Promise<T>): Promise<T> {
    calls += 1
    if (calls > nth || (calls === nth && when === 'before')) return await never()
    const result = await write()
    return calls === nth ? await never() : result
  }
  return {
    stopped,
    state: (of) => ({
      ...of,
      putCredential: async (credential) =>
        await step(async () => await of.putCredential(credential)),
      apply: async (act, at) => await step(async () => await of.apply(act, at)),
    }),
    record: (of) =>
      Object.create(of, {
        append: { value: async (entry: never) => await step(async () => await of.append(entry)) },
      }),
  }
}
