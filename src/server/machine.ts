import { type Machine } from '../api/machine/ports.ts'
import { productVersion } from '../base/version.ts'
import { type Components } from '../xmpp/component/components.ts'
import { type Config } from './config.ts'
import { type Metrics } from './metrics.ts'

/** What of it needs a server that runs. */
export type Running = {
  readonly components: Pick<Components, 'connected'>
  readonly metrics: Pick<Metrics, 'measures'>
  readonly missing: Machine['missing']
}

/** @param running null: a command looks at the data folder, and no server runs */
export function machineOf(
  { shown, components }: Pick<Config, 'shown' | 'components'>,
  running: Running | null,
): Machine {
  return {
    version: productVersion,
    settings: shown,
    gateways() {
      const connected = running?.components.connected() ?? []
      const speakers = new Map(connected.map((one) => [one.domain, one.speakers]))
      return components.map(({ domain }) => ({
        domain,
        isConnected: speakers.has(domain),
        speakers: speakers.get(domain) ?? 0,
      }))
    },
    missing: () =>
      running === null ? { reason: 'stopped', text: 'No server runs here.' } : running.missing(),
    measures: async () => (running === null ? [] : await running.metrics.measures()),
  }
}
