import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type Measure } from '../api/machine/ports.ts'
import { type Log, type LogFields } from '../base/log.ts'
import { type Flush } from '../record/ledger/log.ts'
import { type ComponentEvents } from '../xmpp/component/host.ts'
import { type S2sEvents } from '../xmpp/s2s/traffic.ts'
import { type StreamEvents } from '../xmpp/stream/host.ts'

/** What the server counts. Everything is pulled when somebody asks, but for events and flushes. */
export type Metrics = {
  /** A gauge whose value is asked for at each scrape; null: not known. */
  gauge(name: string, help: string, read: () => number | null): void
  /** A counter whose running total is asked for at each scrape. */
  total(name: string, help: string, read: () => number): void
  /** What streams tell. */
  readonly streamEvents: StreamEvents
  readonly componentEvents: ComponentEvents
  /** What streams with other servers tell. */
  readonly s2sEvents: S2sEvents
  /** A flush of the log, and how many records it made durable. */
  observeFlush(flush: Flush): void
  /** The same log, which counts each event by name and severity. Names are fixed, so the variety is bounded. */
  counting(log: Log): Log
  readonly text: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** Gauges and totals by name; those that come by kinds are summed, and how things are spread is left to whoever scrapes. */
  measures(): Promise<readonly Measure[]>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const own = ownMetrics(registry)
  const { events, flushes, batches, signIns, stanzas, ofComponents } = own
  return {
    streamEvents: {
      signIn: (result) => signIns.inc({ result }),
      stanza: () => stanzas.inc(),
    },
    componentEvents: {
      stanza: (domain, direction) => ofComponents.inc({ domain, direction }),
    },
    s2sEvents: {
      stream: (direction, result) => own.s2sStreams.inc({ direction, result }),
      stanza: (direction) => own.s2sStanzas.inc({ direction }),
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: () => {
          const value = read()
          if (value === null) gauge.remove()
          else gauge.set(value)
        },
      })
    },
    total(name, help, read) {
      const counter: Counter = new Counter({
        name,
        help,
        registers: [registry],
        collect: () => {
          counter.reset()
          counter.inc(read())
        },
      })
    },
    observeFlush({ records, ms }) {
      flushes.observe(ms / 1_000)
      batches.observe(records)
    },
    counting: (log) => {
      const counted =
        (severity: 'info' | 'warn' | 'error') =>
        (event: string, fields?: LogFields): void => {
          events.inc({ event, severity })
          log[severity](event, fields)
        }
      return { info: counted('info'), warn: counted('warn'), error: counted('error') }
    },
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    async measures() {
      const all = await registry.getMetricsAsJSON()
      return all
        .filter(({ name, type }) => name.startsWith('onrecord_') && String(type) !== 'histogram')
        .map(({ name, help, values }) => ({
          name,
          help,
          value: values.reduce((sum, { value }) => sum + value, 0),
        }))
    },
  }
}

/** What is told when it happens. */
function ownMetrics(registry: Registry) {
  const events = new Counter({
    name: 'onrecord_events_total',
    help: 'Events in the log, by name and severity.',
    labelNames: ['event', 'severity'],
    registers: [registry],
  })
  const flushes = new Histogram({
    name: 'onrecord_flush_seconds',
    help: 'Flushes of the write-ahead log.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  })
  const batches = new Histogram({
    name: 'onrecord_batch_records',
    help: 'Records that one flush made durable.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000],
    registers: [registry],
  })
  const signIns = new Counter({
    name: 'onrecord_sign_ins_total',
    help: 'Attempts to sign in, by result.',
    labelNames: ['result'],
    registers: [registry],
  })
  const stanzas = new Counter({
    name: 'onrecord_stanzas_total',
    help: 'Stanzas that clients have sent.',
    registers: [registry],
  })
  const ofComponents = new Counter({
    name: 'onrecord_component_stanzas_total',
    help: 'Stanzas from and to components, and those refused.',
    labelNames: ['domain', 'direction'],
    registers: [registry],
  })
  const s2sStreams = new Counter({
    name: 'onrecord_s2s_streams_total',
    help: 'Streams with other servers, by direction and result.',
    labelNames: ['direction', 'result'],
    registers: [registry],
  })
  const s2sStanzas = new Counter({
    name: 'onrecord_s2s_stanzas_total',
    help: 'Stanzas from and to other servers.',
    labelNames: ['direction'],
    registers: [registry],
  })
  return { events, flushes, batches, signIns, stanzas, ofComponents, s2sStreams, s2sStanzas }
}
