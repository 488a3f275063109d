import { z } from 'zod'
import { type Alarm } from '../../alarms/ports.ts'
import { alarmKinds } from '../../alarms/table.ts'
import { type Directory } from '../../directory/ports.ts'
import { type AlarmAnswer, alarmAnswer, alarmsAnswer } from '../contract/alarms.ts'
import { nothing, route } from '../door/route.ts'

export const listAlarms = route({
  method: 'GET',
  path: '/v1/alarms',
  permission: 'alarms.see',
  summary: 'What has to be looked at, what is open first.',
  answer: alarmsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, { alarms, directory }) {
    const all = alarms.list().map((alarm) => shown(alarm, directory))
    return await Promise.resolve({ status: 200, body: { alarms: all } })
  },
})

export const changeAlarm = route({
  method: 'PUT',
  path: '/v1/alarms/:id/state',
  permission: 'alarms.manage',
  summary: 'Says that somebody has looked at an alarm, sees to it, or closes it.',
  answer: alarmAnswer,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: z.strictObject({ state: z.enum(['seen', 'owned', 'closed']) }),
  async handle({ params: { id }, body: { state }, by }, { alarms, directory }) {
    const owner = state === 'owned' ? (by.persons[0] ?? null) : null
    const alarm = await alarms.change(id, { state, owner }, by.actor)
    return { status: 200, body: shown(alarm, directory) }
  },
})

function shown(alarm: Alarm, directory: Pick<Directory, 'get'>): AlarmAnswer {
  const { id, event, cause, severity, state, owner, since, lastAt, count, escalatedAt } = alarm
  return {
    id,
    event,
    says: alarmKinds[event]?.says ?? '',
    cause: { ...cause },
    severity,
    state,
    owner: owner === null ? null : (directory.get(owner)?.address ?? owner),
    since: timeOf(since),
    last: timeOf(lastAt),
    count,
    escalated: escalatedAt === null ? null : timeOf(escalatedAt),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
