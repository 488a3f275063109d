import { gatewaysAnswer, healthAnswer } from '../../api/contract/record.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const health: Command = {
  name: 'health',
  usage:
    'onrecord health                     say whether the server takes messages, what alarms are open, and all that it measures: exit status 1 when it takes none',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const told = await administer(call, { method: 'GET', path: '/v1/health' })
    const { isReady, missing, alarms, measures, version } = healthAnswer.parse(told)
    const lines = [
      `Onrecord ${version}: ${missing === null ? 'takes messages' : missing.text}`,
      `alarms that are not closed: ${alarms.critical} critical, ${alarms.warning} warnings`,
      ...measures.map(({ name, value, help }) => `${name}\t${value}\t${help}`),
    ]
    answer(call, lines.join('\n'), told)
    return isReady ? 0 : 1
  },
}

export const gatewayList: Command = {
  name: 'gateway list',
  usage:
    'onrecord gateway list               list the gateways and other components that the settings let in, and which are connected',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administer(call, { method: 'GET', path: '/v1/gateways' })
    const lines = gatewaysAnswer
      .parse(list)
      .gateways.map(({ domain, isConnected, speakers }) =>
        [domain, isConnected ? 'connected' : 'away', `${speakers} addresses`].join('\t'),
      )
    answer(call, lines.length === 0 ? 'the settings let none in' : lines.join('\n'), list)
    return 0
  },
}
