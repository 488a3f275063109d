// Classes, rules, exemptions and events in memory, as the acts on record made them.

import { type LogPosition, type PersonId } from '../types.ts'
import { builtinClasses } from './builtin.ts'
import {
  type Exemption,
  type RetentionAct,
  type RetentionClass,
  type StandingRules,
} from './types.ts'

/** How things stand. A value: changes make another. */
export type RetentionStanding = {
  /** By name, those that are built in among them. */
  readonly classes: ReadonlyMap<string, RetentionClass>
  readonly rules: StandingRules
  /** By id. */
  readonly exemptions: ReadonlyMap<string, Exemption>
  /** When people left, ms since 1970. */
  readonly leavers: ReadonlyMap<PersonId, number>
  /** When matters ended, by name. */
  readonly matters: ReadonlyMap<string, number>
}

/** As a log begins. */
export const nothingMade: RetentionStanding = {
  classes: new Map(builtinClasses.map((one) => [one.name, one])),
  rules: { position: -1, rules: [] },
  exemptions: new Map(),
  leavers: new Map(),
  matters: new Map(),
}

/** @param position where the act is on record */
export function afterAct(
  standing: RetentionStanding,
  act: RetentionAct,
  position: LogPosition,
): RetentionStanding {
  const { kind } = act
  if (kind === 'retention.class')
    return { ...standing, classes: put(standing.classes, act.class.name, act.class) }
  if (kind === 'retention.rules') return { ...standing, rules: { position, rules: act.rules } }
  if (kind === 'retention.exempt')
    return { ...standing, exemptions: put(standing.exemptions, act.exemption.id, act.exemption) }
  if (kind === 'retention.exempt-end') {
    const exemptions = new Map(standing.exemptions)
    exemptions.delete(act.id)
    return { ...standing, exemptions }
  }
  const { event } = act
  return event.event === 'leaver'
    ? { ...standing, leavers: put(standing.leavers, event.person, event.at) }
    : { ...standing, matters: put(standing.matters, event.matter, event.at) }
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value)
}
