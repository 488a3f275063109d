import { type Readable } from 'node:stream'
import { type ParseArgsOptionsConfig } from 'node:util'
import { type Sources } from '../server/config.ts'

/** One command of `onrecord`: its file in commands/, and its name in the table there. */
export type Command = {
  /** As it is typed, such as `user add`. */
  readonly name: string
  /** One line: how it is typed, and what it does. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  /** How many words follow the name; anything else is wrong usage. */
  readonly words: number
  /** @returns the exit status: 0 done, 1 refused or not valid, 2 wrong usage. */
  run(call: Call): Promise<number>
}

export type Call = {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly console: Console
}

/** What a command sees of the terminal and the environment it was started in. */
export type Console = {
  readonly env: NodeJS.ProcessEnv
  readonly input: Readable
  /** A line of the answer: standard output. */
  readonly out: (line: string) => void
  /** A line for the person, not for a pipe: standard error. */
  readonly err: (line: string) => void
}

/** The options of each command that looks at the settings. */
export const settingsOptions = {
  data: { type: 'string' },
  config: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

/** What was typed is no use of the command: `run()` makes it the sentence, the command's usage and the exit status 2. */
export class WrongUsage extends Error {}

/** An option's text; undefined when it was not given. */
export function textOption(call: Call, name: string): string | undefined {
  const value = call.options[name]
  return typeof value === 'string' ? value : undefined
}

/** All that were given of an option that may be given more than once. */
export function listOption(call: Call, name: string): readonly string[] {
  const values = call.options[name]
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}

/** Where `--data`, `--config` and the environment say the settings are. */
export function settingsSources(call: Call): Sources {
  return { env: call.console.env, data: textOption(call, 'data'), file: textOption(call, 'config') }
}

/** Prints the answer: the sentence, or with `--json` the object. */
export function answer(call: Call, sentence: string, object: unknown): void {
  call.console.out(call.options['json'] === true ? JSON.stringify(object) : sentence)
}
