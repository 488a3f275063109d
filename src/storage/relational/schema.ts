/** Every table of `state.db`, as the migrations leave them. Positions and times (ms since 1970) are whole numbers. */
export type Schema = {
  migration: MigrationTable
  projection: ProjectionTable
  person: PersonTable
  address: AddressTable
  credential: CredentialTable
  secret: SecretTable
}

/** Which steps of the schema were done. */
type MigrationTable = { id: string }

/** How far a state whose changes are entries of the record has applied them: a log position, -1 before the first. */
type ProjectionTable = { name: string; applied: number }

type PersonTable = { id: string; role: string; enabled: number; credential: string | null }

type AddressTable = {
  address: string
  person: string
  since_position: number
  since: number
  until_position: number | null
  until: number | null
}

type CredentialTable = {
  id: string
  hash: string
  salt: Uint8Array
  iterations: number
  stored_key: Uint8Array
  server_key: Uint8Array
}

type SecretTable = { name: string; value: Uint8Array }
