import { type LogPosition } from '../record/types.ts'
import { type Archive } from './archive.ts'
import { type Intake, type NamedMark } from './ports.ts'
import { type Recent } from './recent.ts'

/** Marks of a message that is named by its `id`, as XEP-0333 does. One that we never had is not marked. */
export function createNamedMarks(parts: {
  readonly recent: Recent
  readonly archive: Archive
  readonly mark: Intake['mark']
  /** Told of what nobody waits for. */
  readonly failed: (error: unknown) => void
}): Pick<Intake, 'markNamed'> {
  const { recent, archive, mark, failed } = parts

  async function place({
    conversation,
    author,
    messageId,
  }: NamedMark): Promise<LogPosition | null> {
    const said = recent.find({ conversation }, author, messageId)
    await said?.settled
    if (said?.place) return said.place.position
    const opened = await archive.find(conversation, author, messageId)
    return opened?.position ?? null
  }

  return {
    markNamed(named) {
      const marked = (position: LogPosition | null): void => {
        if (position === null) return
        const { kind, conversation, members, person, device } = named
        mark({ kind, about: { conversation, members }, person, device, position })
      }
      const said = recent.find(named, named.author, named.messageId)
      if (said?.place) marked(said.place.position)
      else place(named).then(marked, failed)
    },
  }
}
