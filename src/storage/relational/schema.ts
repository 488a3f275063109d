import { type Generated } from 'kysely'

/** Every table of `state.db`, as the migrations leave them. Positions and times (ms since 1970) are whole numbers. */
export type Schema = {
  migration: MigrationTable
  projection: ProjectionTable
  person: PersonTable
  address: AddressTable
  directory_group: DirectoryGroupTable
  membership: MembershipTable
  credential: CredentialTable
  secret: SecretTable
  invitation: InvitationTable
  roster: RosterTable
  roster_item: RosterItemTable
  blocked: BlockedTable
  delivered: DeliveredTable
  sign_in: SignInTable
  room: RoomTable
  room_person: RoomPersonTable
  room_access: RoomAccessTable
  client: ClientTable
  token_seed: TokenSeedTable
  pep_node: PepNodeTable
  pep_item: PepItemTable
  push: PushTable
  file: FileTable
  file_binding: FileBindingTable
  records_event: RecordsEventTable
  retention: RetentionTable
  disposal_plan: DisposalPlanTable
  token: TokenTable
  app_password: AppPasswordTable
  guest: GuestTable
  session: SessionTable
  web_credential: WebCredentialTable
  answer: AnswerTable
  alarm: AlarmTable
  access: AccessTable
  identity: IdentityTable
  following: FollowingTable
  factor: FactorTable
  factor_secret: FactorSecretTable
  webhook: WebhookTable
  webhook_secret: WebhookSecretTable
  delivery: DeliveryTable
  connection: ConnectionTable
  look: LookTable
  export_job: ExportJobTable
  export_key: ExportKeyTable
  matter: AccessTable
  break_glass: AccessTable
}

/** Which steps of the schema were done. */
type MigrationTable = { id: string }

/** How far a state whose changes are entries of the record has applied them: a log position, -1 before the first. */
type ProjectionTable = { name: string; applied: number }

/** `begun`: so often. */
type ExportJobTable = { id: string; sealed: Uint8Array; begun: number }

type ExportKeyTable = { id: string; sealed: Uint8Array }

type PersonTable = {
  id: string
  role: string
  state: Generated<string>
  credential: string | null
  sealed: Generated<Uint8Array | null>
  photo: Generated<Uint8Array | null>
}

export type DirectoryGroupTable = Dated & { key: string; sealed: Uint8Array }

export type MembershipTable = Dated & { key: string; member: string }

type Dated = {
  since_position: number
  since: number
  until_position: number | null
  until: number | null
}

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

/** Truth values are 0 or 1; `expires` in ms since 1970. */
export type InvitationTable = {
  id: string
  token_hash: string
  leads_to: string
  inviter: string | null
  address: string | null
  registers: number
  subscribes: number
  expires: number
  guest_sealed: Uint8Array | null
}

/** `scopes`: a JSON array of names. Times in ms since 1970. */
type TokenTable = {
  id: string
  person: string
  name: string
  scopes: string
  made: number
  expires: number
  used: number | null
  token_hash: string
}

/** `over`: 0 or 1. */
type GuestTable = { person: string; sealed: Uint8Array; over: number }

/** Times in ms since 1970. */
type AppPasswordTable = {
  id: string
  person: string
  sealed: Uint8Array
  made: number
  expires: number
  used: number | null
}

/** `cursor`: a log position; `failing_since`: ms since 1970. */
type WebhookTable = {
  id: string
  bot: string
  sealed: Uint8Array
  enabled: number
  cursor: number
  failing_since: number | null
}

type WebhookSecretTable = { id: string; sealed: Uint8Array }

/** What became of one try of a webhook: no content. */
type DeliveryTable = {
  number: Generated<number>
  webhook: string
  event: string
  at: number
  status: number | null
  outcome: 'taken' | 'refused' | 'timeout' | 'connection' | 'address'
  attempts: number
}

type SessionTable = {
  id: string
  person: string
  credential: string
  since: number
  seen: number
  secret_hash: string
  agent_sealed: Uint8Array
  provider_sealed: Uint8Array | null
}

/** Argon2id of the password that the credential of that id is of. `memory` in KiB. */
type WebCredentialTable = {
  id: string
  salt: Uint8Array
  memory: number
  passes: number
  tag: Uint8Array
}

/** `sealed`: issuer and subject, as JSON. */
type FollowingTable = { key: string; sealed: Uint8Array }

type IdentityTable = { person: string; sealed: Uint8Array }

/** `made` in ms since 1970. */
type FactorTable = { id: string; person: string; kind: string; made: number }

/** `sealed`: what it is checked with, as JSON. */
type FactorSecretTable = { id: string; sealed: Uint8Array }

/** `sealed`: the body, as JSON. `at` in ms since 1970. */
type AnswerTable = { id: string; status: number; sealed: Uint8Array; at: number }

/** `cause`: JSON. Times in ms since 1970. */
type AlarmTable = {
  id: string
  event: string
  cause: string
  severity: string
  state: string
  owner: string | null
  since: number
  last: number
  count: number
  escalated: number | null
}
/** `sealed`: as it stands, as JSON. */
type AccessTable = { item: Uint8Array; sealed: Uint8Array }

/** `person`: pseudonym, null where it was nobody here; `sealed`: who, from where, with what, as JSON. */
type ConnectionTable = {
  id: Generated<number>
  person: Uint8Array | null
  at: number
  sealed: Uint8Array
}

/** `person`: pseudonym. */
type LookTable = { person: Uint8Array; month: string; category: string; records: number }

type RosterTable = { owner: string; version: number }

/** Truth values are 0 or 1; `groups` is a JSON array of names. */
export type RosterItemTable = {
  owner: string
  jid: string
  listed: number
  name: string
  groups: string
  subscription: string
  ask: number
  pending_in: number
  request: number | null
  approved: number
}

type BlockedTable = { owner: string; jid: string }

type DeliveredTable = { owner: string; position: number }

/** When somebody has signed in last. */
type SignInTable = { person: string; at: number }

/** `sealed`: address and settings, as JSON. */
type RoomTable = { id: string; sealed: Uint8Array; subject: number | null }

/** `sealed`: affiliation, address and reason, as JSON. */
type RoomPersonTable = { room: string; person: string; sealed: Uint8Array }

/** `person` '' is everybody. */
type RoomAccessTable = {
  room: string
  person: string
  grants: number
  since_position: number
  until_position: number | null
}

export type ClientTable = {
  person: string
  id: string
  agent_sealed: Uint8Array
  first_seen: number
  last_seen: number
  uses_token: number
  expires: number
  opened_by: string | null
}

/** `slot`: current or next. */
export type TokenSeedTable = {
  person: string
  client: string
  slot: string
  seed: Uint8Array
  mechanism: string
  issued: number
  expires: number
}

type PepNodeTable = { owner: string; node: Uint8Array; sealed: Uint8Array }

export type PepItemTable = {
  owner: string
  node: Uint8Array
  item: Uint8Array
  number: number
  sealed: Uint8Array
}

type PushTable = { owner: string; sealed: Uint8Array }

/** `address` is a pseudonym; `facts` and `key` are sealed. `recorded` is the position of the upload's act, null before it. */
export type FileTable = {
  id: string
  address: Uint8Array
  uploader: string
  size: number
  uploaded_at: number
  facts: Uint8Array
  key: Uint8Array | null
  recorded: number | null
}

/** `item`: pseudonym of what it is about; `sealed`: the act, as JSON. */
type RetentionTable = { item: Uint8Array; position: number; sealed: Uint8Array }

type FileBindingTable = {
  file: string
  position: number
  opens: number
  original: number | null
  original_owner: string | null
}

/** What is on record of holds, disposal and erasure, by log position; `sealed`: what it says, as JSON. */
type RecordsEventTable = { position: number; at: number; kind: string; sealed: Uint8Array }

/** Survivors, one behind the other: handles of 8 bytes, and places of 36. */
type DisposalPlanTable = {
  run: number
  bucket: number
  conversations: Uint8Array
  records: Uint8Array
  sample: Uint8Array | null
}
