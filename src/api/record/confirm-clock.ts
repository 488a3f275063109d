import { nothing, route } from '../door/route.ts'
import { done } from '../contract/shared.ts'

export const confirmClock = route({
  method: 'POST',
  path: '/v1/clock/confirm',
  permission: 'clock.confirm',
  summary: "An administrator says that the clock is right after it jumped over a bucket's period.",
  answer: done,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, host) {
    host.confirmClock()
    return { status: 200, body: {} }
  },
})
