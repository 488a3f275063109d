import { z } from 'zod'
import { appendOr } from '../../audit/reading.ts'
import { OperatorError } from '../../base/errors.ts'
import { deviceRecord } from '../../directory/device-acts.ts'
import { type PersonId } from '../../record/types.ts'
import { officerIn } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import { devicesAnswer } from '../contract/record.ts'
import { type ApiHost, nothing, ofPerson, personAt, route } from '../door/route.ts'

const id = z.string().min(1).max(128)

export const listOwnDevices = route({
  method: 'GET',
  path: '/v1/self/devices',
  permission: 'self.see',
  summary: 'One’s XMPP clients that come back without a password, seen last first.',
  answer: devicesAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by }, host) => ({ status: 200, body: await devicesOf(officerIn(by), host) }),
})

export const revokeOwnDevice = route({
  method: 'DELETE',
  path: '/v1/self/devices/:id',
  permission: 'self.manage',
  summary: 'Turns out a client of one’s own: its stream ends, and it needs the password again.',
  answer: done,
  params: z.strictObject({ id }),
  query: nothing,
  body: nothing,
  async handle({ params, by }, host) {
    const person = officerIn(by)
    await mustHave(person, params.id, host)
    await host.clients.revoke(person, params.id)
    return { status: 200, body: {} }
  },
})

export const listDevices = route({
  method: 'GET',
  path: '/v1/people/:address/devices',
  permission: 'devices.see',
  summary: 'The clients of a person that come back without a password.',
  answer: devicesAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address } }, host) {
    return { status: 200, body: await devicesOf(personAt(host.directory, address).id, host) }
  },
})

export const revokeDevice = route({
  method: 'DELETE',
  path: '/v1/people/:address/devices/:id',
  permission: 'devices.manage',
  summary:
    'Turns out a client of a person, such as one on a phone that is lost. It is on record before.',
  answer: done,
  params: ofPerson.extend({ id }),
  query: nothing,
  body: nothing,
  async handle({ params, by }, host) {
    const person = personAt(host.directory, params.address)
    await mustHave(person.id, params.id, host)
    const entry = deviceRecord({ person: person.id, device: params.id }, by.persons[0] ?? null)
    await appendOr(host.record, entry, 'The device was not turned out')
    await host.clients.revoke(person.id, params.id)
    return { status: 200, body: {} }
  },
})

async function devicesOf(
  person: PersonId,
  { clients }: Pick<ApiHost, 'clients'>,
): Promise<z.infer<typeof devicesAnswer>> {
  const devices = await clients.list(person)
  return {
    devices: devices.map(({ id: device, agent, firstSeen, lastSeen }) => ({
      id: device,
      software: agent.software ?? '',
      device: agent.device ?? '',
      first: new Date(firstSeen).toISOString(),
      seen: new Date(lastSeen).toISOString(),
    })),
  }
}

/** @throws {OperatorError} where that person has no such device */
async function mustHave(
  person: PersonId,
  wanted: string,
  { clients }: Pick<ApiHost, 'clients'>,
): Promise<void> {
  if ((await clients.list(person)).some((one) => one.id === wanted)) return
  throw new OperatorError(
    'devices.unknown',
    'There is no such device: it may be turned out already.',
  )
}
