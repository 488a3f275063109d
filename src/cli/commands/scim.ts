import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

export const scimLink: Command = {
  name: 'scim link',
  usage:
    'onrecord scim link ADDRESS          the provisioning service keeps somebody from now on who administers or opens anything [--id EXTERNALID] [--as ADDRESS]',
  options: { ...settingsOptions, id: { type: 'string' }, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const body = { externalId: textOption(call, 'id') ?? '' }
    const done = await administer(call, {
      method: 'POST',
      path: `${personPath(address)}/scim`,
      body,
    })
    answer(call, `${address} is kept by the provisioning service`, done)
    return 0
  },
}

export const scimRelease: Command = {
  name: 'scim release',
  usage:
    'onrecord scim release ADDRESS       somebody is kept here from now on, or with --group the group of that ID [--as ADDRESS]',
  options: { ...settingsOptions, group: { type: 'boolean' }, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const isGroup = call.options['group'] === true
    const path = isGroup ? `/v1/groups/${encodeURIComponent(name)}` : personPath(name)
    const done = await administer(call, { method: 'DELETE', path: `${path}/scim` })
    answer(call, `${name} is kept here`, done)
    return 0
  },
}
