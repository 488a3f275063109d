import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { OperatorError } from '../base/errors.ts'
import { type Call } from './command.ts'

/** Longest standard input that is read for a password, in bytes. */
const inputBytesMax = 4_096

/** The password: the first line of standard input, or asked for twice, without echo, at a terminal. */
export async function readPassword(call: Call): Promise<string> {
  const { input, err } = call.console
  if (call.options['password-stdin'] === true) return some(await firstLine(input))
  if (!('isTTY' in input) || input.isTTY !== true)
    throw new OperatorError(
      'password.no-terminal',
      'There is no terminal to ask for the password at: give it with --password-stdin.',
    )
  return await typedTwice(input, err)
}

async function typedTwice(input: Readable, ask: (line: string) => void): Promise<string> {
  const output = new Writable({ write: (_echo, _encoding, done) => done() })
  const lines = createInterface({ input, output, terminal: true })
  const typed = lines[Symbol.asyncIterator]()
  try {
    ask('New password:')
    const password = await typed.next()
    if (password.done !== true) ask('The same again:')
    const again = await typed.next()
    // Ctrl+C or Ctrl+D.
    if (password.done === true || again.done === true)
      throw new OperatorError('password.none', 'No password was typed: nothing was changed.')
    if (again.value === password.value) return some(password.value)
  } finally {
    lines.close()
  }
  throw new OperatorError('password.differs', 'The two passwords differ: nothing was changed.')
}

function some(password: string): string {
  if (password === '') throw new OperatorError('password.none', 'The password is empty: give one.')
  return password
}

async function firstLine(input: Readable): Promise<string> {
  let text = Buffer.alloc(0)
  for await (const chunk of input) {
    text = Buffer.concat([text, Buffer.from(chunk)])
    if (text.length > inputBytesMax)
      throw new OperatorError(
        'password.too-long',
        `A password has at most ${inputBytesMax} bytes: give a shorter one.`,
      )
  }
  const [line = ''] = text.toString('utf8').split(/\r?\n/)
  return line
}
