// What is asked for at each scrape. docs/operate/metrics.md says what to make of it.
import { type Clock } from '../base/clock.ts'
import { type Disposals } from '../record/disposal/disposals.ts'
import { isOver } from '../record/disposal/runs.ts'
import { type Record } from '../record/ports.ts'
import { type ScrubStanding } from '../record/scrub/scrubbing.ts'
import { type StampingStanding } from '../record/timestamps/stamping.ts'
import { type WitnessingStanding } from '../record/witness/witnessing.ts'
import { type Components } from '../xmpp/component/components.ts'
import { type Servers } from '../xmpp/s2s/servers.ts'
import { type Streams } from '../xmpp/stream/streams.ts'
import { type Metrics } from './metrics.ts'

export function measureStreams(metrics: Metrics, streams: Pick<Streams, 'counts'>): void {
  metrics.gauge('onrecord_connections', 'Client connections.', () => streams.counts().connections)
  metrics.gauge('onrecord_sessions', 'Devices that are signed in.', () => streams.counts().sessions)
}

export function measureComponents(
  metrics: Metrics,
  components: Pick<Components, 'connected'>,
): void {
  metrics.gauge(
    'onrecord_components',
    'Components that are connected.',
    () => components.connected().length,
  )
  metrics.gauge('onrecord_component_addresses', 'Bare addresses that components speak for.', () =>
    components.connected().reduce((all, { speakers }) => all + speakers, 0),
  )
}

/** @param servers null where no other server is let in: the figures are there, and 0 */
export function measureServers(metrics: Metrics, servers: Pick<Servers, 'counts'> | null): void {
  metrics.gauge(
    'onrecord_s2s_connections',
    'Connections with other servers.',
    () => servers?.counts().streams ?? 0,
  )
  metrics.gauge(
    'onrecord_s2s_waiting_stanzas',
    'Stanzas that wait for another server, or that it has not confirmed.',
    () => servers?.counts().waiting ?? 0,
  )
}

export function measureDisposals(
  metrics: Metrics,
  disposals: Pick<Disposals, 'due' | 'overdue' | 'list'>,
): void {
  metrics.gauge(
    'onrecord_disposal_due_buckets',
    'Buckets that are due and in no disposal.',
    () => disposals.due().length,
  )
  metrics.gauge(
    'onrecord_disposal_overdue_buckets',
    'Buckets that have been due for longer than is set, whatever they wait for.',
    () => disposals.overdue().length,
  )
  metrics.gauge(
    'onrecord_disposal_open_runs',
    'Disposals and erasures that wait for an approval or are being carried out.',
    () => disposals.list().filter((run) => !isOver(run)).length,
  )
}

export function measureRecord(
  metrics: Metrics,
  record: Pick<Record, 'size' | 'standing' | 'notWritable'>,
  clock: Clock,
): void {
  metrics.total('onrecord_records_total', 'Records that are durable.', () => record.size)
  metrics.gauge('onrecord_writable', '1 while the record takes messages, else 0.', () =>
    record.notWritable() === null ? 1 : 0,
  )
  metrics.gauge(
    'onrecord_records_waiting',
    'Records that wait for room, the integrator or the clock.',
    () => record.standing().waiting,
  )
  metrics.gauge(
    'onrecord_integrator_lag_records',
    'Durable records that are not in tiles, bodies and mailbox rows yet.',
    () => record.size - record.standing().integrated,
  )
  metrics.gauge(
    'onrecord_signed_records',
    'Records below the newest head that was signed since the start.',
    () => record.standing().signed?.size ?? null,
  )
  metrics.gauge(
    'onrecord_signed_age_seconds',
    'Age of the newest head that was signed since the start. It grows while nothing is sent.',
    () => ageSeconds(record.standing().signed, clock),
  )
}

export function measureSearch(
  metrics: Metrics,
  search: { readonly indexed: number },
  record: Pick<Record, 'size'>,
): void {
  metrics.gauge(
    'onrecord_search_lag_records',
    'Durable records that searches do not find yet.',
    () => record.size - search.indexed,
  )
}

export function measureWitnesses(metrics: Metrics, standing: () => WitnessingStanding): void {
  metrics.gauge(
    'onrecord_witnessed_records',
    'Records below the newest head that enough witnesses have cosigned.',
    () => standing().witnessed,
  )
  metrics.gauge(
    'onrecord_witness_lag_seconds',
    'How long a newer head has been waiting for enough cosignatures.',
    () => standing().lagMs / 1_000,
  )
  metrics.total(
    'onrecord_witness_failures_total',
    'Heads that were shown to a witness and not cosigned.',
    () => standing().failures,
  )
  metrics.gauge(
    'onrecord_witness_contradictions',
    'Witnesses that have seen another history of this record.',
    () => standing().contradicting,
  )
}

export function measureStamps(
  metrics: Metrics,
  standing: () => StampingStanding,
  clock: Clock,
): void {
  metrics.gauge(
    'onrecord_timestamped_records',
    'Records below the newest head with a time stamp.',
    () => standing().stamped,
  )
  metrics.gauge('onrecord_timestamp_age_seconds', 'Age of the newest time stamp.', () =>
    ageSeconds(standing(), clock),
  )
  metrics.gauge(
    'onrecord_timestamp_lag_seconds',
    'How long a newer head has been waiting for a time stamp.',
    () => standing().lagMs / 1_000,
  )
  metrics.total(
    'onrecord_timestamp_failures_total',
    'Requests that brought no time stamp that is believed.',
    () => standing().failures,
  )
}

export function measureScrub(metrics: Metrics, standing: () => ScrubStanding, clock: Clock): void {
  metrics.gauge(
    'onrecord_scrub_age_seconds',
    'How long ago the scrubber had last read everything.',
    () => ageSeconds({ at: standing().endedAt }, clock),
  )
  metrics.gauge(
    'onrecord_scrub_findings',
    'Places that the scrubber found not to be as they were.',
    () => standing().findings.length,
  )
  metrics.total(
    'onrecord_scrub_bytes_total',
    'Bytes that the scrubber has read since the start.',
    () => standing().bytes,
  )
}

function ageSeconds(what: { readonly at: number | null } | null, clock: Clock): number | null {
  const at = what?.at ?? null
  return at === null ? null : (clock.now() - at) / 1_000
}
