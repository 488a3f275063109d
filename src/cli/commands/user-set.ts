import { readFile } from 'node:fs/promises'
import { OperatorError } from '../../base/errors.ts'
import { toBase64 } from '../../base/bytes.ts'
import { administer, personPath } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'

const texts = ['name', 'given', 'family', 'mail', 'job', 'unit', 'manager'] as const

export const userSet: Command = {
  name: 'user set',
  usage:
    "onrecord user set ADDRESS           say who a person is [--name --given --family --mail --job --unit TEXT] [--manager ADDRESS] [--photo FILE]; '' takes it away",
  options: {
    ...settingsOptions,
    name: { type: 'string' },
    given: { type: 'string' },
    family: { type: 'string' },
    mail: { type: 'string' },
    job: { type: 'string' },
    unit: { type: 'string' },
    manager: { type: 'string' },
    photo: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const given = texts.flatMap((name) => {
      const text = textOption(call, name)
      return text === undefined ? [] : [[name, text === '' ? null : text] as const]
    })
    const photo = textOption(call, 'photo')
    const body = {
      ...Object.fromEntries(given),
      ...(photo !== undefined && { photo: photo === '' ? null : { data: await fileIn(photo) } }),
    }
    if (Object.keys(body).length === 0) {
      call.console.err(userSet.usage)
      return 2
    }
    const path = `${personPath(address)}/profile`
    const done = await administer(call, { method: 'PUT', path, body })
    answer(call, `set ${Object.keys(body).join(', ')} of ${address}`, done)
    return 0
  },
}

/** @throws {OperatorError} when it cannot be read */
async function fileIn(path: string): Promise<string> {
  try {
    return toBase64(await readFile(path))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError('cli.bad-file', `${path} cannot be read: ${why}`, { cause })
  }
}
