import { type Host } from '../host.ts'
import { type Speaker } from '../services.ts'
import { type Activity } from './activity.ts'
import { type Author } from './acts.ts'
import { type Rooms } from './registry.ts'

export type Parts = { readonly host: Host; readonly rooms: Rooms; readonly activity: Activity }

export function authorOf({ id, jid }: Speaker): Author {
  return { id, device: jid.resource ?? '' }
}
