import { parseAddress } from '../../server/setting-kinds.ts'
import { verifierKeysOf, witnessKeys } from '../../server/witness-keys.ts'
import { answer, type Call, type Command, listOption, textOption } from '../command.ts'

const listenDefault = '127.0.0.1:7380'
const dirDefault = './witness'

export const witnessKey: Command = {
  name: 'witness key',
  usage:
    'onrecord witness key                the public keys of a witness, made at the first call [--dir DIR] [--name NAME]',
  options: { dir: { type: 'string' }, name: { type: 'string' } },
  words: 0,
  async run(call) {
    const keys = verifierKeysOf(await witnessKeys(dirOf(call), textOption(call, 'name') ?? null))
    answer(call, keys.join('\n'), { keys })
    return 0
  },
}

export const witness: Command = {
  name: 'witness',
  usage:
    'onrecord witness --log KEY…         run a witness of other logs [--dir DIR] [--listen IP:PORT]',
  options: {
    dir: { type: 'string' },
    listen: { type: 'string' },
    log: { type: 'string', multiple: true },
  },
  words: 0,
  async run(call) {
    const listen = textOption(call, 'listen') ?? listenDefault
    const at = parseAddress(listen)
    const logs = listOption(call, 'log')
    if (at === null || logs.length === 0) {
      call.console.err(
        at === null ? `onrecord: '${listen}' is no IP address and port` : witness.usage,
      )
      return 2
    }
    // Loaded for this alone, as serve does.
    const server = await import('../../server/serve-witness.ts')
    const where = { dir: dirOf(call), bind: at.host, port: at.port, logs }
    return await server.serveWitness(where, call.console.out)
  },
}

function dirOf(call: Call): string {
  return textOption(call, 'dir') ?? dirDefault
}
