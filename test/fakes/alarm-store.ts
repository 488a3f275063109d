import { type Alarm, type AlarmStore } from '../../src/alarms/ports.ts'

/** Alarms in memory. */
export function memoryAlarms(): AlarmStore {
  const alarms = new Map<string, Alarm>()
  return {
    load: async () => await Promise.resolve([...alarms.values()]),
    async put(alarm) {
      alarms.set(alarm.id, alarm)
      await Promise.resolve()
    },
    async remove(id) {
      alarms.delete(id)
      await Promise.resolve()
    },
  }
}
