import { gatewaysAnswer, healthAnswer, settingsAnswer } from '../contract/record.ts'
import { nothing, route } from '../door/route.ts'

export const listSettings = route({
  method: 'GET',
  path: '/v1/settings',
  permission: 'settings.see',
  summary:
    'What the server was started with, and what each setting means. They are changed where they come from, and a start reads them.',
  answer: settingsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async (_input, { machine }) =>
    await Promise.resolve({ status: 200, body: { settings: [...machine.settings] } }),
})

export const listGateways = route({
  method: 'GET',
  path: '/v1/gateways',
  permission: 'settings.see',
  summary: 'The gateways and other components that the settings let in, and which are connected.',
  answer: gatewaysAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async (_input, { machine }) =>
    await Promise.resolve({ status: 200, body: { gateways: [...machine.gateways()] } }),
})

export const showHealth = route({
  method: 'GET',
  path: '/v1/health',
  permission: 'health.see',
  summary: 'Whether the server takes messages, what is open of alarms, and all that it measures.',
  answer: healthAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, { machine, alarms }) {
    const open = alarms.list().filter(({ state }) => state !== 'closed')
    const critical = open.filter(({ severity }) => severity === 'critical').length
    const missing = machine.missing()
    const body = {
      isReady: missing === null,
      missing,
      version: machine.version,
      alarms: { critical, warning: open.length - critical },
      measures: [...(await machine.measures())],
    }
    return { status: 200, body }
  },
})
