import { type PersonId } from '../../directory/ports.ts'
import { type Buttons } from '../buttons/buttons.ts'

/** Something that somebody says. */
export type Saying = {
  readonly person: PersonId
  /** Bare address of a person, or of a room. */
  readonly to: string
  readonly text: string
  /** The same once more is not said again: XEP-0359. */
  readonly originId: string
  /** Of bots alone; absent or null: none. */
  readonly buttons?: Buttons | null | undefined
  /** XEP-0308: it is put in the place of this message of his, by its stanza id. */
  readonly replaces?: string | null | undefined
}
