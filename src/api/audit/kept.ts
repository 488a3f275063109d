import { periodText } from '../../record/retention/period.ts'
import { actsName, defaultName } from '../../record/retention/builtin.ts'
import { type RetentionStanding } from '../../record/retention/standing.ts'
import { type Person } from '../../directory/ports.ts'
import { officerIn } from '../door/caller.ts'
import { type KeptAnswer, keptAnswer } from '../contract/audit.ts'
import { type ApiHost, nothing, ofPerson, personAt, route } from '../door/route.ts'

export const showOwnKept = route({
  method: 'GET',
  path: '/v1/self/kept',
  permission: 'self.see',
  summary:
    'What is kept about oneself, and for how long, and how often officers have opened what one wrote or got.',
  answer: keptAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, host) {
    const id = officerIn(by)
    const person = host.directory.get(id) ?? personAt(host.directory, id)
    return { status: 200, body: await keptOf(person, host) }
  },
})

export const showKept = route({
  method: 'GET',
  path: '/v1/people/:address/kept',
  permission: 'kept.see',
  summary: 'The same of somebody else, as he sees it.',
  answer: keptAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address } }, host) {
    return { status: 200, body: await keptOf(personAt(host.directory, address), host) }
  },
})

/** Whether somebody is under a hold is in none of it: that may be part of what he is not to know. */
async function keptOf({ id, address, role }: Person, host: ApiHost): Promise<KeptAnswer> {
  const { directory, audit, retention, record, sessions, clients } = host
  const groups = directory.groupsOf(id)
  const { standing } = retention
  await audit.looks.catchUp()
  const exemptions = [...standing.exemptions.values()].filter(({ person }) => person === id)
  return {
    person: address,
    role,
    groups: [...groups],
    records: record.counts.sender(id),
    classes: classesOf(groups, standing),
    exemptions: exemptions.map(({ from, reason }) => ({ from, reason })),
    connectionDays: Math.round(audit.connections.keptMs / 86_400_000),
    devices: (await clients.list(id)).map(
      ({ agent: { software, device }, firstSeen, lastSeen }) => ({
        software: software ?? '',
        device: device ?? '',
        first: timeText(firstSeen),
        seen: timeText(lastSeen),
      }),
    ),
    sessions: sessions.list(id).map(({ agent, since, seenAt }) => ({
      agent,
      since: timeText(since),
      seen: timeText(seenAt),
    })),
    tokens: directory.tokens.list(id).map(({ name, scopes, expiresAt }) => ({
      name,
      scopes: [...scopes],
      expires: timeText(expiresAt),
    })),
    appPasswords: directory.appPasswords.of(id).map(({ name, expiresAt, usedAt }) => ({
      name,
      expires: timeText(expiresAt),
      used: usedAt === null ? null : timeText(usedAt),
    })),
    looks: [...(await audit.looks.of(id, audit.looksShownAfter))],
    looksShownAfter: audit.looksShownAfter,
  }
}

/** Those that what he says may go into: by rules for everybody, or for a group of his. */
function classesOf(
  groups: readonly string[],
  { classes, rules }: RetentionStanding,
): KeptAnswer['classes'] {
  const ofHim = rules.rules.filter(
    ({ when }) => when.groups === undefined || when.groups.some((group) => groups.includes(group)),
  )
  const names = new Set([defaultName, actsName, ...ofHim.map((rule) => rule.class)])
  return [...classes.values()]
    .filter(({ name }) => names.has(name))
    .map(({ name, keep, authority }) => ({ name, keep: periodText(keep), authority }))
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
