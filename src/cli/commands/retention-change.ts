import { packs } from '../../record/retention/packs.ts'
import { periodText } from '../../record/retention/period.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { jsonFile } from '../json-file.ts'
import { dateOf, standing } from './retention-show.ts'

/** Who says so. Until officers sign in to an API, the machine's own administrator names them. */
const asOption = { as: { type: 'string', multiple: true } } as const

export const retentionClass: Command = {
  name: 'retention class',
  usage:
    "onrecord retention class NAME       make or change a class [--keep '7 years'] [--after creation|leaver|'matter NAME'] [--lock] [--authority TEXT] --as ADDRESS",
  options: {
    ...settingsOptions,
    ...asOption,
    keep: { type: 'string' },
    after: { type: 'string' },
    lock: { type: 'boolean' },
    authority: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const [keep, after] = [textOption(call, 'keep'), textOption(call, 'after')]
    const authority = textOption(call, 'authority')
    const body = {
      ...(keep !== undefined && { keep }),
      ...(after !== undefined && { after }),
      ...(call.options['lock'] === true && { locked: true }),
      ...(authority !== undefined && { authority }),
    }
    const path = `/v1/retention/classes/${encodeURIComponent(name)}`
    const made = await administer(call, { method: 'PUT', path, body })
    answer(call, `the class ${name} stands`, made)
    return 0
  },
}

export const retentionRules: Command = {
  name: 'retention rules',
  usage:
    'onrecord retention rules            print the rules as JSON, or put others in their place [--set FILE --as ADDRESS]',
  options: { ...settingsOptions, ...asOption, set: { type: 'string' } },
  words: 0,
  async run(call) {
    const file = textOption(call, 'set')
    if (file === undefined) {
      const { rules } = await standing(call)
      answer(call, JSON.stringify(rules, null, 2), { rules })
      return 0
    }
    const body = { rules: await jsonFile(file) }
    const done = await administer(call, { method: 'PUT', path: '/v1/retention/rules', body })
    answer(call, `the rules of ${file} stand`, done)
    return 0
  },
}

export const retentionPack: Command = {
  name: 'retention pack',
  usage:
    'onrecord retention pack NAME        what a ready-made pack has, or make its classes and rules [--apply --as ADDRESS]; NAME list lists them',
  options: { ...settingsOptions, ...asOption, apply: { type: 'boolean' } },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    if (name === 'list') {
      const list = packs.map((pack) => ({ name: pack.name, title: pack.title }))
      answer(call, list.map((pack) => `${pack.name}\t${pack.title}`).join('\n'), { packs: list })
      return 0
    }
    if (call.options['apply'] === true) {
      const path = `/v1/retention/packs/${encodeURIComponent(name)}`
      const done = await administer(call, { method: 'POST', path, body: {} })
      answer(call, `the classes and rules of ${name} stand`, done)
      return 0
    }
    const pack = packs.find((one) => one.name === name)
    if (!pack) throw new OperatorError('retention.unknown-pack', `there is no pack ${name}`)
    const classes = pack.classes.map(
      (one) =>
        `class ${one.name}: ${periodText(one.keep)}${one.locked ? ', locked' : ''}. ${one.authority}`,
    )
    const rules = pack.rules.map(
      (rule) => `rule ${rule.name}: ${rule.class} where ${JSON.stringify(rule.when)}`,
    )
    answer(call, [pack.title, pack.about, ...classes, ...rules].join('\n'), pack)
    return 0
  },
}

export const retentionExempt: Command = {
  name: 'retention exempt',
  usage:
    'onrecord retention exempt ADDRESS   exempt a person --from recording|review|retention --reason TEXT --as ADDRESS --as ADDRESS',
  options: {
    ...settingsOptions,
    ...asOption,
    from: { type: 'string' },
    reason: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [person = ''] = call.args
    const from = textOption(call, 'from') ?? ''
    const body = { person, from, reason: textOption(call, 'reason') ?? '' }
    const path = '/v1/retention/exemptions'
    const made = await administer(call, { method: 'POST', path, body })
    answer(call, `${person} is exempt from ${from}`, made)
    return 0
  },
}

export const retentionExemptEnd: Command = {
  name: 'retention exempt-end',
  usage:
    'onrecord retention exempt-end ID    end an exemption; exemptions shows its ID --as ADDRESS',
  options: { ...settingsOptions, ...asOption },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/retention/exemptions/${encodeURIComponent(id)}/end`
    const done = await administer(call, { method: 'POST', path, body: {} })
    answer(call, `the exemption ${id} has ended`, done)
    return 0
  },
}

export const retentionEvent: Command = {
  name: 'retention event',
  usage:
    'onrecord retention event KIND OF    periods are counted from it: leaver ADDRESS, or matter NAME [--at DATE] --as ADDRESS',
  options: { ...settingsOptions, ...asOption, at: { type: 'string' } },
  words: 2,
  async run(call) {
    const [event = '', of = ''] = call.args
    const at = textOption(call, 'at')
    const body = { event, of, ...(at !== undefined && { at: dateOf(at) }) }
    const done = await administer(call, { method: 'POST', path: '/v1/retention/events', body })
    answer(call, `on record: ${event} ${of}`, done)
    return 0
  },
}
