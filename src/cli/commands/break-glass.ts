import {
  codePapersAnswer,
  envelopesAnswer,
  oneEnvelopeAnswer,
  openedEnvelopeAnswer,
} from '../../api/contract/break-glass.ts'
import { administer, administerAll } from '../admin.ts'
import { OperatorError } from '../../base/errors.ts'
import {
  answer,
  type Call,
  type Command,
  listOption,
  settingsOptions,
  textOption,
} from '../command.ts'

/** As the API takes it. */
const codeCharsMax = 8_000

const text = { type: 'string' } as const
const list = { type: 'string', multiple: true } as const
const asOption = { ...settingsOptions, as: text } as const

export const breakGlassSeal: Command = {
  name: 'break-glass seal',
  usage:
    'onrecord break-glass seal ADDRESS   prepare access for somebody from outside, to be opened with words on paper --reason TEXT [--role ROLE]… [--matter NAME]… [--hours N] [--of N --threshold M] [--as ADDRESS]',
  options: {
    ...asOption,
    reason: text,
    role: list,
    matter: list,
    hours: text,
    of: text,
    threshold: text,
  },
  words: 1,
  async run(call) {
    const [person = ''] = call.args
    const [roles, matters] = [listOption(call, 'role'), listOption(call, 'matter')]
    const number = (name: string): number | undefined => {
      const value = textOption(call, name)
      return value === undefined ? undefined : Number(value)
    }
    const body = {
      person,
      reason: textOption(call, 'reason') ?? '',
      ...(roles.length > 0 && { roles }),
      ...(matters.length > 0 && { matters }),
      hours: number('hours'),
      of: number('of'),
      threshold: number('threshold'),
    }
    const made = await administer(call, { method: 'POST', path: '/v1/break-glass', body })
    const { id } = oneEnvelopeAnswer.parse(made).envelope
    answer(
      call,
      `envelope ${id} is prepared: onrecord break-glass print ${id} tells its words`,
      made,
    )
    return 0
  },
}

export const breakGlassPrint: Command = {
  name: 'break-glass print',
  usage: 'onrecord break-glass print ID       the words of an envelope, once [--as ADDRESS]',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const printed = await administer(call, { method: 'POST', path: `${pathOf(id)}/print` })
    answer(call, codePapersAnswer.parse(printed).papers.join('\n'), printed)
    return 0
  },
}

export const breakGlassList: Command = {
  name: 'break-glass list',
  usage: 'onrecord break-glass list           access that is sealed, open or over [--as ADDRESS]',
  options: asOption,
  words: 0,
  async run(call) {
    const all = await administerAll(call, '/v1/break-glass', 'envelopes')
    const lines = envelopesAnswer
      .parse(all)
      .envelopes.map(({ id, person, roles, state, until, reason }) =>
        [id, person, roles.join(','), state, until ?? '-', reason].join('\t'),
      )
    answer(call, lines.length === 0 ? 'nothing is sealed' : lines.join('\n'), all)
    return 0
  },
}

export const breakGlassOpen: Command = {
  name: 'break-glass open',
  usage:
    'onrecord break-glass open ID        with the words on standard input; everybody is told --purpose TEXT',
  options: { ...settingsOptions, purpose: text },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const code = await readCode(call)
    const body = { code, purpose: textOption(call, 'purpose') ?? '' }
    const opened = await administer(call, { method: 'POST', path: `${pathOf(id)}/open`, body })
    const { person, until, token } = openedEnvelopeAnswer.parse(opened)
    answer(call, `open for ${person} until ${until}, with the token\n${token}`, opened)
    return 0
  },
}

export const breakGlassEnd: Command = {
  name: 'break-glass end',
  usage: 'onrecord break-glass end ID         end it, open or not --as ADDRESS --reason TEXT',
  options: { ...asOption, reason: text },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const body = { reason: textOption(call, 'reason') ?? '' }
    const ended = await administer(call, { method: 'POST', path: `${pathOf(id)}/end`, body })
    answer(call, `envelope ${id} is over`, ended)
    return 0
  },
}

async function readCode({ console: { input, err } }: Call): Promise<string> {
  if ('isTTY' in input && input.isTTY === true) err('Type the words, then Ctrl-D:')
  let words = ''
  for await (const chunk of input) {
    words += String(chunk)
    if (words.length > codeCharsMax)
      throw new OperatorError('break-glass.code', 'Give the words of the papers alone.')
  }
  return words
}

function pathOf(id: string): string {
  return `/v1/break-glass/${encodeURIComponent(id)}`
}
