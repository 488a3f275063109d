import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { asHeader } from '../api/door/caller.ts'
import { problem } from '../api/contract/shared.ts'
import { OperatorError } from '../base/errors.ts'
import { readConfig } from '../server/config.ts'
import { type Call, settingsSources, textOption } from './command.ts'

/** Of a refusal. */
const refusalCharsMax = 65_536

/**
 * Writes what the server that runs over the data folder answers into a file, which has another name until it is whole.
 *
 * @returns how many bytes
 * @throws {OperatorError} when no server runs, or it refused
 */
export async function download(call: Call, path: string, to: string): Promise<number> {
  const socketPath = join(readConfig(settingsSources(call)).data, 'admin.sock')
  const as = textOption(call, 'as')
  const headers = as === undefined ? {} : { [asHeader]: encodeURIComponent(as) }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asked = request({ socketPath, path, headers }, resolve)
  asked.on('error', (cause) => {
    const text = `No server answers at ${socketPath}: only one that runs has bundles.`
    reject(new OperatorError('admin.no-answer', text, { cause }))
  })
  asked.end()
  const response = await promise
  if (response.statusCode !== 200) throw await refusalIn(response)
  const aside = `${to}.unfinished`
  try {
    const file = createWriteStream(aside, { mode: 0o600, flush: true })
    await pipeline(response, file)
    await rename(aside, to)
    return file.bytesWritten
  } catch (cause) {
    await rm(aside, { force: true })
    throw new OperatorError('export.cut', 'It was cut in the middle: fetch it again.', { cause })
  }
}

async function refusalIn(response: IncomingMessage): Promise<OperatorError> {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) if (text.length < refusalCharsMax) text += String(chunk)
  const { code, detail } = problem.parse(JSON.parse(text))
  return new OperatorError(code, detail)
}
