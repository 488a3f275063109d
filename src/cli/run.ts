import { parseArgs } from 'node:util'
import { FatalError, OperatorError } from '../base/errors.ts'
import { systemRefusal } from './system-refusal.ts'
import { type Command, type Console, WrongUsage } from './command.ts'
import { commands } from './commands/index.ts'

/**
 * Runs the command that `argv` names (without the program's own name).
 *
 * @returns the exit status: 0 done, 1 refused or not valid, 2 wrong usage
 */
export async function run(argv: readonly string[], console: Console): Promise<number> {
  if (argv[0] === '--help' || argv[0] === 'help') {
    console.out(overview())
    return 0
  }
  const command = commandOf(argv)
  if (!command) return withoutCommand(argv, console)
  const given = parse(command, argv)
  if (typeof given === 'string') {
    console.err(`onrecord: ${given}\n${command.usage}`)
    return 2
  }
  if (given.values['help'] === true) {
    console.out(command.usage)
    return 0
  }
  try {
    return await command.run({ args: given.positionals, options: given.values, console })
  } catch (error) {
    if (error instanceof WrongUsage) {
      console.err(`onrecord: ${error.message}\n${command.usage}`)
      return 2
    }
    const { code, message } = refusalOf(error)
    if (given.values['json'] === true) console.out(JSON.stringify({ error: code, message }))
    else console.err(`onrecord: ${message}`)
    return 1
  }
}

/** The one place where an error becomes an exit status. What is neither of these is a bug, and prints as one. */
function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof OperatorError) return error
  // Nothing goes on after it: the process ends with this sentence.
  if (error instanceof FatalError)
    return {
      code: 'record.doubtful',
      message: `The record is in doubt, so nothing was started: ${error.message}. See onrecord verify.`,
    }
  const refusal = systemRefusal(error)
  if (refusal) return refusal
  throw error
}

/** All commands where nothing was typed; those of a group such as `user`. Else one sentence, which a list of all would push off the screen. */
function withoutCommand([first = '', second = '']: readonly string[], console: Console): number {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `))
  const listed = first === '' ? overview() : group.map(({ usage }) => usage).join('\n')
  if (group.length > 0 && second === '--help') {
    console.out(listed)
    return 0
  }
  const typed = [first, second].filter((word) => word !== '').join(' ')
  const what = typed === '' ? 'a command is missing' : `there is no command '${typed}'`
  const rest = listed === '' ? ': see onrecord --help' : `\n\n${listed}`
  console.err(`onrecord: ${what}${rest}`)
  return 2
}

/** The longest name that `argv` starts with. */
function commandOf(argv: readonly string[]): Command | undefined {
  const [first = '', second = ''] = argv
  return (
    commands.find(({ name }) => name === `${first} ${second}`) ??
    commands.find(({ name }) => name === first)
  )
}

type Given = {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
}

/** What was given, or what is wrong with it. */
function parse(command: Command, argv: readonly string[]): Given | string {
  try {
    const given = parseArgs({
      args: argv.slice(command.name.split(' ').length),
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
    const isHelp = given.values['help'] === true
    if (given.positionals.length === command.words || isHelp) return given
    return given.positionals.length < command.words
      ? 'an argument is missing'
      : 'too many arguments'
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

function overview(): string {
  return [
    'Onrecord, the company messenger whose every message is on record before it is delivered.',
    '',
    ...commands.map(({ usage }) => `  ${usage}`),
    '',
    'Each takes --help and --json, and --data DIR and --config FILE where it looks at the settings.',
    'Exit status: 0 done, 1 refused or not valid, 2 wrong usage.',
  ].join('\n')
}
