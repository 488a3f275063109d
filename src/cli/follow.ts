import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { asHeader } from '../api/door/caller.ts'
import { problem } from '../api/contract/shared.ts'
import { OperatorError } from '../base/errors.ts'
import { readConfig } from '../server/config.ts'
import { type Call, settingsSources, textOption } from './command.ts'

/** Longest line of a stream, in characters: an act is at most a record. */
const refusalCharsMax = 65_536

/**
 * Server-sent events of the server that runs over the data folder, as they come, until it ends.
 *
 * @throws {OperatorError} when no server runs, or it refused
 */
export async function follow(
  call: Call,
  path: string,
  onData: (data: unknown) => void,
): Promise<void> {
  const socketPath = join(readConfig(settingsSources(call)).data, 'admin.sock')
  const as = textOption(call, 'as')
  const headers = as === undefined ? {} : { [asHeader]: encodeURIComponent(as) }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const asked = request({ socketPath, path, headers }, (response) => {
    response.on('error', reject)
    if (response.statusCode !== 200) {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < refusalCharsMax) text += chunk
      })
      response.on('end', () => {
        const { code, detail } = problem.parse(JSON.parse(text))
        reject(new OperatorError(code, detail))
      })
      return
    }
    const lines = createInterface({ input: response })
    lines.on('line', (line) => {
      if (line.startsWith('data: ')) onData(JSON.parse(line.slice(6)))
    })
    lines.on('close', resolve)
  })
  asked.on('error', (cause) => {
    const text = `No server answers at ${socketPath}: only one that runs can be followed.`
    reject(new OperatorError('admin.no-answer', text, { cause }))
  })
  asked.end()
  await promise
}
