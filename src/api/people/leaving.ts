import { type Person, type PersonId } from '../../directory/ports.ts'

/** What there is to see to of somebody who leaves, where a server runs or none. */
export type Leaving = {
  /** Rooms change while the server runs, as those who are in are told. */
  readonly isRunning: boolean
  /** Devices that are signed in. */
  sessions(person: PersonId): number
  /** Addresses of the rooms that nobody else owns who is still here. */
  ownedAlone(person: PersonId): Promise<readonly string[]> | readonly string[]
  /** @returns their addresses @throws where it cannot be done, and then some may have been */
  handOver(change: {
    readonly from: PersonId
    readonly to: Person
    readonly by: PersonId | null
  }): Promise<readonly string[]>
}
