import { type PlanStore, type StoredPlan } from '../../src/record/disposal/ports.ts'

/** Keeps plans while the test runs. */
export function memoryPlanStore(): PlanStore {
  const plans = new Map<number, readonly StoredPlan[]>()
  return {
    async put(run, some) {
      plans.set(run, some)
    },
    get: async (run) => plans.get(run) ?? [],
    async drop(run) {
      plans.delete(run)
    },
  }
}
