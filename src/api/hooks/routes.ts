import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Directory } from '../../directory/ports.ts'
import { type Webhook } from '../../directory/webhooks/ports.ts'
import { botAt } from '../people/bots.ts'
import { limit } from '../chat/asking.ts'
import { done } from '../contract/shared.ts'
import { eventTypes } from '../contract/events.ts'
import {
  deliveredAnswer,
  deliveriesAnswer,
  madeWebhook,
  type WebhookAnswer,
  webhookAnswer,
  webhooksAnswer,
} from '../contract/hooks.ts'
import { type ApiHost, nothing, ofPerson, route } from '../door/route.ts'

const ofWebhook = z.strictObject({ id: z.string().min(1).max(64) })

export const makeWebhook = route({
  method: 'POST',
  path: '/v1/bots/:address/webhooks',
  permission: 'webhooks.manage',
  summary: 'Sends events of a bot to an address. What they are signed with is told once.',
  answer: madeWebhook,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({
    url: z.string().min(1).max(2_000),
    events: z.array(z.enum(eventTypes)).max(eventTypes.length).default(['message']),
    /** Slash commands, without the slash: they are sent whether or not messages are. */
    commands: z.array(z.string().max(32)).max(20).default([]),
  }),
  async handle({ params: { address }, body, by }, { directory, webhooks }) {
    const { url, events, commands } = body
    const wanted = { bot: botAt(directory, address).id, url, types: events, commands }
    const { webhook, secret } = await webhooks.make(wanted, by.actor)
    return { status: 201, body: { ...shown(webhook, directory), secret: secret.reveal() } }
  },
})

export const listWebhooks = route({
  method: 'GET',
  path: '/v1/webhooks',
  permission: 'webhooks.see',
  summary: 'Where events of bots go.',
  answer: webhooksAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, { directory, webhooks }) {
    const all = webhooks.list().map((webhook) => shown(webhook, directory))
    return await Promise.resolve({ status: 200, body: { webhooks: all } })
  },
})

export const removeWebhook = route({
  method: 'DELETE',
  path: '/v1/webhooks/:id',
  permission: 'webhooks.manage',
  summary: 'Takes a webhook away: nothing is sent there any more.',
  answer: done,
  params: ofWebhook,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { webhooks }) {
    await webhooks.remove(id, by.actor)
    return { status: 200, body: {} }
  },
})

export const setWebhook = route({
  method: 'PUT',
  path: '/v1/webhooks/:id',
  permission: 'webhooks.manage',
  summary: 'Turns a webhook off, or on again: it goes on where it was.',
  answer: webhookAnswer,
  params: ofWebhook,
  query: nothing,
  body: z.strictObject({ enabled: z.boolean() }),
  async handle({ params: { id }, body: { enabled }, by }, host) {
    await host.webhooks.setEnabled(id, { enabled, by: by.actor })
    return { status: 200, body: shown(mustBeThere(id, host), host.directory) }
  },
})

export const listDeliveries = route({
  method: 'GET',
  path: '/v1/webhooks/:id/deliveries',
  permission: 'webhooks.see',
  summary: 'What became of what was sent, the newest first. What was in it is not kept.',
  answer: deliveriesAnswer,
  params: ofWebhook,
  query: z.strictObject({ limit }),
  body: nothing,
  async handle({ params: { id }, query }, host) {
    mustBeThere(id, host)
    const deliveries = await host.webhooks.deliveries(id, query.limit)
    const all = deliveries.map(({ at, ...one }) => ({ ...one, at: new Date(at).toISOString() }))
    return { status: 200, body: { deliveries: all } }
  },
})

export const deliverAgain = route({
  method: 'POST',
  path: '/v1/webhooks/:id/deliveries',
  permission: 'webhooks.manage',
  summary: 'Sends one event once more, under the same id.',
  answer: deliveredAnswer,
  params: ofWebhook,
  query: nothing,
  body: z.strictObject({ event: z.string().min(1).max(40) }),
  async handle({ params: { id }, body, by: _by }, { deliveries }) {
    if (deliveries === null)
      throw new OperatorError('chat.not-served', 'No server runs here that could send anything.')
    const posted = await deliveries.again(id, body.event)
    const status = posted.kind === 'answer' ? posted.status : null
    return { status: 200, body: { status, failed: posted.kind === 'failed' ? posted.why : null } }
  },
})

function mustBeThere(id: string, { webhooks }: Pick<ApiHost, 'webhooks'>): Webhook {
  const webhook = webhooks.get(id)
  if (webhook !== null) return webhook
  throw new OperatorError('webhooks.unknown', 'There is no such webhook: see the list of them.')
}

/** Of where it goes the host alone: the rest may be a password. */
function shown(
  { id, bot, url, types, commands, enabled }: Webhook,
  directory: Pick<Directory, 'get'>,
): WebhookAnswer {
  return {
    id,
    bot: directory.get(bot)?.address ?? bot,
    host: new URL(url).host,
    events: [...types],
    commands: [...commands],
    enabled,
  }
}
