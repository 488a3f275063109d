import { type Chat } from '../api/chat/ports.ts'
import { wakesOf } from '../api/events/wakes.ts'
import { startDeliveries } from '../api/hooks/deliver.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { type Directory } from '../directory/ports.ts'
import { type Deliveries, type Post } from '../directory/webhooks/ports.ts'
import { openWebhooks, type Webhooks } from '../directory/webhooks/webhooks.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Record } from '../record/ports.ts'
import { httpPost } from '../storage/http/post.ts'
import { type State } from '../storage/relational/open-state.ts'
import { relationalWebhooks } from '../storage/relational/webhooks.ts'
import { type Config } from './config.ts'
import { type Outside, type Storage } from './storage.ts'

/** Where events of bots go. @param opened at the end of it nothing is sent any more */
export async function openHooks(
  { webhookNetworks }: Pick<Config, 'webhookNetworks'>,
  {
    db,
    keys,
    ...parts
  }: Pick<Outside, 'log'> & {
    readonly random: Random
    readonly record: Record
    readonly keys: Keys
    readonly directory: Directory
    readonly db: State['db']
  },
  opened: AsyncDisposableStack,
): Promise<{ readonly webhooks: Webhooks; readonly post: Post }> {
  const post = httpPost(webhookNetworks)
  opened.defer(() => post.close())
  const state = relationalWebhooks(db, keys)
  return { post, webhooks: await openWebhooks({ ...parts, ...post, state }) }
}

/** Sends them there. */
export function deliveriesOf(
  chat: Chat,
  {
    clock,
    log,
    fatal,
    storage: { directory, webhooks, post },
  }: Pick<Outside, 'clock' | 'log' | 'fatal'> & {
    readonly storage: Pick<Storage, 'directory' | 'webhooks' | 'post'>
  },
  opened: AsyncDisposableStack,
): Deliveries {
  const parts = { chat, directory, webhooks, post, log, fatal }
  const now = (): number => clock.now()
  const deliveries = startDeliveries({ ...parts, wakes: wakesOf(chat), timer: systemTimer, now })
  opened.defer(async () => await deliveries.close())
  return deliveries
}
