import {
  type MatterAnswer,
  mattersAnswer,
  oneMatterAnswer,
  oneSavedSearchAnswer,
  savedSearchesAnswer,
  shownMatterAnswer,
} from '../../api/contract/matters.ts'
import { searchAnswer } from '../../api/contract/shared.ts'
import { administer, administerAll } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  listOption,
  settingsOptions,
  textOption,
} from '../command.ts'

const text = { type: 'string' } as const
const asOption = { ...settingsOptions, as: text } as const
const facts = {
  reference: text,
  description: text,
  person: { type: 'string', multiple: true },
} as const

export const matterOpen: Command = {
  name: 'matter open',
  usage:
    'onrecord matter open NAME           what belongs together, such as a dispute --as ADDRESS [--reference TEXT] [--description TEXT] [--person ADDRESS]…',
  options: { ...asOption, ...facts },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const body = { name, ...factsIn(call) }
    const opened = await administer(call, { method: 'POST', path: '/v1/matters', body })
    answer(call, `the matter ${name} is open`, opened)
    return 0
  },
}

export const matterChange: Command = {
  name: 'matter change',
  usage:
    'onrecord matter change NAME         say anew what is known of it --as ADDRESS [--reference TEXT] [--description TEXT] [--person ADDRESS]…',
  options: { ...asOption, ...facts },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const path = pathOf(name)
    const shown = await administer(call, { method: 'GET', path })
    const { reference, description, people } = oneMatterAnswer.parse(shown).matter
    // What is not said stays.
    const body = { reference, description, people, ...factsIn(call) }
    const changed = await administer(call, { method: 'PUT', path, body })
    answer(call, `the matter ${name} is changed`, changed)
    return 0
  },
}

export const matterClose: Command = {
  name: 'matter close',
  usage:
    'onrecord matter close NAME          for good: periods from its end begin --as ADDRESS --reason TEXT',
  options: { ...asOption, reason: text },
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const body = { reason: textOption(call, 'reason') ?? '' }
    const closed = await administer(call, { method: 'POST', path: `${pathOf(name)}/close`, body })
    answer(call, `the matter ${name} is closed`, closed)
    return 0
  },
}

export const matterList: Command = {
  name: 'matter list',
  usage: 'onrecord matter list                matters that there are and were --as ADDRESS',
  options: asOption,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/matters', 'matters')
    const { matters } = mattersAnswer.parse(list)
    answer(call, matters.length === 0 ? 'there are none' : matters.map(line).join('\n'), list)
    return 0
  },
}

export const matterShow: Command = {
  name: 'matter show',
  usage: 'onrecord matter show NAME           one, with what belongs to it --as ADDRESS',
  options: asOption,
  words: 1,
  async run(call) {
    const [name = ''] = call.args
    const shown = await administer(call, { method: 'GET', path: pathOf(name) })
    const { matter } = shownMatterAnswer.parse(shown)
    const { looks } = matter
    const lines = [
      line(matter),
      ...(matter.description === '' ? [] : [`description\t${matter.description}`]),
      ...matter.people.map((one) => `works on it\t${one}`),
      ...matter.grants.map(({ person, role }) => `grant\t${person}\t${role}`),
      ...matter.holds.map(
        (one) => `hold\t${one.id}\t${one.name}\t${one.isOpen ? 'in force' : 'released'}`,
      ),
      `exports\t${matter.exports}`,
      `saved searches\t${matter.savedSearches}`,
      `looked at\t${looks.searches} searches, ${looks.records} records, ${looks.exports} exports${looks.isWhole ? '' : ', of the newest acts'}`,
    ]
    answer(call, lines.join('\n'), shown)
    return 0
  },
}

export const searchSave: Command = {
  name: 'search save',
  usage:
    'onrecord search save NAME QUERY     a search to run again --as ADDRESS --purpose TEXT [--matter NAME] [--category KIND]',
  options: { ...asOption, purpose: text, matter: text, category: text },
  words: 2,
  async run(call) {
    const [name = '', query = ''] = call.args
    const what = { purpose: textOption(call, 'purpose'), matter: textOption(call, 'matter') }
    const body = { name, query, ...what, category: textOption(call, 'category') }
    const saved = await administer(call, { method: 'POST', path: '/v1/saved-searches', body })
    answer(call, `saved as ${oneSavedSearchAnswer.parse(saved).search.id}`, saved)
    return 0
  },
}

export const searchSaved: Command = {
  name: 'search saved',
  usage: 'onrecord search saved               searches that were saved --as ADDRESS',
  options: asOption,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/saved-searches', 'searches')
    const { searches } = savedSearchesAnswer.parse(list)
    const lines = searches.map(({ id, name, query, matter, owner }) =>
      [id, name, query, matter ?? '-', owner].join('\t'),
    )
    answer(call, lines.length === 0 ? 'there are none' : lines.join('\n'), list)
    return 0
  },
}

export const searchRun: Command = {
  name: 'search run',
  usage: 'onrecord search run ID              run a saved search --as ADDRESS [--purpose TEXT]',
  options: { ...asOption, purpose: text },
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/saved-searches/${encodeURIComponent(id)}`
    const body = { purpose: textOption(call, 'purpose') }
    const found = await administer(call, { method: 'POST', path: `${path}/run`, body })
    const { items, total } = searchAnswer.parse(found)
    const lines = items.map(({ position, at, from, texts }) =>
      [position, at, from ?? '-', ...texts.map((one) => JSON.stringify(one.text))].join('\t'),
    )
    answer(call, [`${total} found`, ...lines].join('\n'), found)
    return 0
  },
}

export const searchDrop: Command = {
  name: 'search drop',
  usage: 'onrecord search drop ID             drop a saved search --as ADDRESS',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const path = `/v1/saved-searches/${encodeURIComponent(id)}`
    await administer(call, { method: 'DELETE', path })
    answer(call, `${id} is dropped`, { id })
    return 0
  },
}

function pathOf(name: string): string {
  return `/v1/matters/${encodeURIComponent(name)}`
}

/** What was said of it. */
function factsIn(call: Call): object {
  const people = listOption(call, 'person')
  const reference = textOption(call, 'reference')
  const description = textOption(call, 'description')
  return {
    ...(reference !== undefined && { reference }),
    ...(description !== undefined && { description }),
    ...(people.length > 0 && { people }),
  }
}

function line({ name, reference, state, opened, closed }: MatterAnswer): string {
  return [name, reference === '' ? '-' : reference, state, closed ?? opened].join('\t')
}
