import { readFileSync } from 'node:fs'
import { type Clock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { type Directory } from '../directory/ports.ts'
import { createOutbox } from '../history/outbox.ts'
import { otherServersPolicy } from '../policy/other-servers.ts'
import { outsideContact } from '../policy/outside-contact.ts'
import { type Rule } from '../policy/rule.ts'
import { personId } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { dnsLookup } from '../xmpp/s2s/dns.ts'
import { createHosts } from '../xmpp/s2s/hosts.ts'
import { type JoinedServers, joinOtherServers, type JoinParts } from '../xmpp/s2s/join.ts'
import { defaultS2sSettings, type S2sSettings } from '../xmpp/s2s/settings.ts'
import { serverTls } from '../xmpp/s2s/tls.ts'
import { type ClosableRouter } from '../xmpp/router.ts'
import { type Config } from './config.ts'
import { type Metrics } from './metrics.ts'
import { type S2sConfig } from './s2s-config.ts'
import { type Certificate } from './tls.ts'

type Parts = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly fatal: (error: unknown) => never
  readonly directory: Directory
  readonly certificate: Certificate
  readonly metrics: Metrics
}

type Inside = Pick<JoinParts, 'intake' | 'store'> & { readonly record: Record }

/** What there is to do about other servers. The rule comes first: the router that it asks about is made after the rules. */
export type OtherServers = {
  readonly rules: readonly Rule[]
  join(router: ClosableRouter, inside: Inside): JoinedServers
}

/** @throws {OperatorError} when the file of authorities cannot be read */
export function otherServers(config: Config, s2s: S2sConfig, parts: Parts): OtherServers {
  const { random, directory, certificate, metrics } = parts
  const policy = otherServersPolicy(s2s.policy)
  const settings = settingsOf(config, s2s)
  const tls = serverTls(() => certificate.options(), authoritiesIn(s2s), settings.negotiationMs)
  let router: ClosableRouter | null = null
  const rule = outsideContact(policy, {
    isElsewhere: (domain) => router?.services.isOurs(domain) === false,
    insider: (id) => directory.get(personId(id)),
  })
  return {
    rules: [rule],
    join(made, inside) {
      router = made
      return joinOtherServers({
        ...parts,
        ...inside,
        outbox: createOutbox(inside.record),
        timer: systemTimer,
        domain: config.domain,
        router,
        policy,
        hosts: createHosts({ lookup: dnsLookup(null), mapped: s2s.hosts, random }),
        tls,
        settings,
        events: metrics.s2sEvents,
      })
    },
  }
}

function authoritiesIn({ authorities }: S2sConfig): string | null {
  if (authorities === null) return null
  try {
    return readFileSync(authorities, 'utf8')
  } catch (cause) {
    const text = `ONRECORD_S2S_CA: the file ${authorities} cannot be read: give one with PEM certificates.`
    throw new OperatorError('s2s.authorities', text, { cause })
  }
}

function settingsOf(config: Config, s2s: S2sConfig): S2sSettings {
  return {
    ...defaultS2sSettings,
    stanzaBytesMax: config.stanzaBytesMax,
    strangerBytesMax: config.strangerBytesMax,
    depthMax: config.depthMax,
    attributesMax: config.attributesMax,
    elementsMax: config.elementsMax,
    unsettledMax: config.unsettledMax,
    queueStanzasMax: s2s.queueStanzasMax,
    giveUpMs: s2s.giveUpMs,
  }
}
