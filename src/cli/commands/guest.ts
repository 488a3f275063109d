import { guestsAnswer, invitedGuest } from '../../api/contract/guests.ts'
import { administer, administerAll } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  listOption,
  settingsOptions,
  textOption,
} from '../command.ts'
import { timeIn } from '../scope.ts'

const text = { type: 'string' } as const
const termsOptions = {
  ...settingsOptions,
  as: text,
  room: { type: 'string', multiple: true },
  until: text,
  sponsor: text,
} as const

export const guestInvite: Command = {
  name: 'guest invite',
  usage:
    'onrecord guest invite               a link with which a guest makes his account, once: --room ADDRESS… --until DAY --sponsor ADDRESS [--name NAME] [--days N]',
  options: { ...termsOptions, name: text, days: text },
  words: 0,
  async run(call) {
    const terms = termsIn(call)
    if (terms === null) return 2
    const [name, days] = [textOption(call, 'name'), textOption(call, 'days')]
    const body = {
      ...terms,
      ...(name !== undefined && { name }),
      ...(days !== undefined && { days: Number(days) }),
    }
    const made = await administer(call, { method: 'POST', path: '/v1/guests', body })
    answer(call, invitedGuest.parse(made).link, made)
    return 0
  },
}

export const guestSet: Command = {
  name: 'guest set',
  usage:
    'onrecord guest set ADDRESS          in which rooms a guest is from now on, and until when: --room ADDRESS… --until DAY --sponsor ADDRESS',
  options: termsOptions,
  words: 1,
  async run(call) {
    const terms = termsIn(call)
    if (terms === null) return 2
    const [address = ''] = call.args
    const done = await administer(call, { method: 'PUT', path: pathOf(address), body: terms })
    answer(call, `${address} is a guest until ${terms.until}`, done)
    return 0
  },
}

export const guestEnd: Command = {
  name: 'guest end',
  usage: 'onrecord guest end ADDRESS          ends the stay of a guest at once [--as ADDRESS]',
  options: { ...settingsOptions, as: text },
  words: 1,
  async run(call) {
    const [address = ''] = call.args
    const done = await administer(call, { method: 'DELETE', path: pathOf(address) })
    answer(call, `${address} is out`, done)
    return 0
  },
}

export const guestList: Command = {
  name: 'guest list',
  usage:
    'onrecord guest list                 list guests: until when, where, and who answers for them',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/guests', 'guests')
    const lines = guestsAnswer
      .parse(list)
      .guests.map(({ address, enabled, until, sponsor, rooms }) =>
        [address, enabled ? 'in' : 'out', until, sponsor, rooms.join(',')].join('\t'),
      )
    answer(call, lines.length === 0 ? 'there are no guests' : lines.join('\n'), list)
    return 0
  },
}

function pathOf(address: string): string {
  return `/v1/guests/${encodeURIComponent(address)}`
}

/** Null, and said so, where something is missing. */
function termsIn(
  call: Call,
): { readonly rooms: readonly string[]; readonly until: string; readonly sponsor?: string } | null {
  const rooms = listOption(call, 'room')
  const until = timeIn(textOption(call, 'until'), 'T23:59:59.999Z')
  const sponsor = textOption(call, 'sponsor')
  if (rooms.length === 0 || until === null) {
    call.console.err('Say where and until when: --room ADDRESS… --until DAY.')
    return null
  }
  return { rooms, until, ...(sponsor !== undefined && { sponsor }) }
}
