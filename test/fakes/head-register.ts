import { HeadMoved } from '../../src/record/errors.ts'
import { type Head, type HeadRegister } from '../../src/record/ledger/ports.ts'
import { refusalOf, sameHead } from '../../src/record/ledger/head.ts'

/** A register that forgets all with the process. */
export function memoryHeadRegister(): HeadRegister {
  const heads = new Map<string, Head>()
  return {
    name: 'in memory',
    read: async (origin) => heads.get(origin) ?? null,
    async advance(origin, step) {
      const stored = heads.get(origin) ?? null
      if (sameHead(stored, step.to)) return
      const reason = refusalOf(stored, step)
      if (reason !== null) throw new HeadMoved('in memory', reason)
      heads.set(origin, { ...step.to, root: new Uint8Array(step.to.root) })
    },
  }
}
