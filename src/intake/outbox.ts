import { outboxArchive } from '../record/ids.ts'
import { type PersonId, type View } from '../record/types.ts'

export { outboxArchive } from '../record/ids.ts'

/** What is on its way to somebody on another server waits there until it is known what became of it: he has no archive here. */
export function waitingFor(outsider: PersonId): View {
  return { owner: outboxArchive, peer: outsider, peerDevice: '', incoming: true }
}

/** What says what became of it. */
export const settling: View = {
  owner: outboxArchive,
  peer: null,
  peerDevice: '',
  incoming: false,
}
