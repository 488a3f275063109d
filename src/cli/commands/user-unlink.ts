import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const userUnlink: Command = {
  name: 'user unlink',
  usage:
    'onrecord user unlink ADDRESS        forget who the person is at the identity provider, and sign her out of browsers',
  options: settingsOptions,
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const path = `${personPath(address)}/identity`
    const done = await administer(call, { method: 'DELETE', path })
    answer(call, `${address} is linked with nobody at the identity provider`, done)
    return 0
  },
}
