import { waysOut, type WayOut } from '../../directory/ways-out.ts'
import { waysAnswer } from '../contract/access.ts'
import { type ApiHost, nothing, route } from './route.ts'

export const listWaysOut = route({
  method: 'GET',
  path: '/v1/ways-out',
  permission: 'ways.see',
  summary: 'Everything by which something can leave, and which of it is open to whom.',
  answer: waysAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async (_input, host) => await Promise.resolve({ status: 200, body: shown(host) }),
})

function shown({ openWays }: Pick<ApiHost, 'openWays'>): object {
  const open = new Map<string, readonly string[]>(Object.entries(openWays))
  const ways = Object.entries<WayOut>(waysOut).map(([name, { what, on, entries }]) => ({
    name,
    what,
    on,
    entries,
    to: open.get(name) ?? null,
  }))
  return { ways }
}
