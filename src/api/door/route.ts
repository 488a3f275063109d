import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Timer } from '../../base/timer.ts'
import { type Audit } from '../../audit/open.ts'
import { type Directory, type Person, type PersonId } from '../../directory/ports.ts'
import { type Disposals } from '../../record/disposal/disposals.ts'
import { type HeadsSource } from '../../record/heads/ports.ts'
import { type Statements } from '../../record/heads/statements.ts'
import { type Holds } from '../../record/holds/holds.ts'
import { type Record } from '../../record/ports.ts'
import { type Retention } from '../../record/retention/open.ts'
import { type Renewed } from '../../record/timestamps/renew.ts'
import { type KeyKeeping } from '../../record/keys/keeping.ts'
import { type ExportJobs } from '../../discovery/exports/jobs.ts'
import { type BreakGlass } from '../../directory/break-glass/break-glass.ts'
import { type Matters } from '../../discovery/matters/matters.ts'
import { type Discovery } from '../../discovery/ports.ts'
import { type Attended } from '../../discovery/within.ts'
import { type Clients } from '../../directory/clients.ts'
import { type PermissionName } from '../../directory/permissions.ts'
import { type Alarms } from '../../alarms/alarms.ts'
import { type Sessions } from '../../directory/web/sessions.ts'
import { type Throttle } from '../../directory/throttle.ts'
import { type OpenWays } from '../../directory/ways-out.ts'
import { type OidcSignIn } from '../../directory/oidc/sign-in.ts'
import { type Enrolment } from '../../directory/web/enrolment.ts'
import { type SecondStep } from '../../directory/web/second-step.ts'
import { type PasswordRules } from '../../directory/password-rules.ts'
import { type By } from './caller.ts'
import { type Chat } from '../chat/ports.ts'
import { type Second, waiting } from '../approvals/second.ts'
import { waitingAnswer } from '../contract/roles.ts'
import { type About, heldTo, type Within } from './limits.ts'
import { type Kept } from './cookies.ts'
import { type Answers } from '../../directory/web/ports.ts'
import { type Deliveries } from '../../directory/webhooks/ports.ts'
import { type Webhooks } from '../../directory/webhooks/webhooks.ts'
import { type Told } from './problem.ts'
import { type SentBytes } from './send-bytes.ts'
import { clauseOf } from './sentence.ts'
import { type Machine } from '../machine/ports.ts'
import { type ProvedLog } from '../record/ports.ts'
import { type LdapSync } from '../../directory/ldap/sync.ts'
import { type Leaving } from '../people/leaving.ts'

/** What the routes of administration work with. */
export type ApiHost = Told & {
  readonly directory: Directory
  /** The part of addresses after the @. */
  readonly domain: string
  /** Where browsers find us, such as `https://chat.example.org`. */
  readonly webOrigin: string
  readonly holds: Holds
  readonly retention: Retention
  readonly record: Pick<
    Record,
    | 'append'
    | 'read'
    | 'each'
    | 'bucketOf'
    | 'buckets'
    | 'size'
    | 'integrated'
    | 'counts'
    | 'standing'
    | 'notWritable'
  >
  readonly disposals: Disposals
  readonly heads: Pick<HeadsSource, 'counts'>
  readonly statements: Pick<Statements, 'heads'>
  /** The id of the room that has this address. */
  findRoom(address: string): Promise<PersonId | null>
  /** The query of a hold or an erasure as it goes on record. @throws {QueryError} that says where it is wrong */
  scopeQuery(text: string): Promise<string>
  /** The rooms that there are. */
  rooms(): Promise<readonly { readonly id: PersonId; readonly address: string }[]>
  readonly leaving: Leaving
  /** Null where there is no directory server. */
  readonly ldap: LdapSync | null
  readonly clients: Pick<Clients, 'list' | 'revoke'>
  /** Rooms in which somebody was, and from which record to which. */
  attended(person: PersonId): Promise<readonly Attended[]>
  /** ms since 1970 */
  now(): number
  readonly keys: KeyKeeping
  readonly discovery: Discovery
  /** Names all evidence that the record has in a statement, and has that signed. @throws {RecordRefused} */
  renew(): Promise<Renewed>
  /** Lets a record go on that waits because the clock jumped over a bucket's period. */
  confirmClock(): void
  /** What bundles are signed with, and ids for exports. */
  readonly exports: { readonly verifierKey: string; newId(): string }
  readonly matters: Matters
  readonly breakGlass: BreakGlass
  readonly exportJobs: Pick<
    ExportJobs,
    'ask' | 'get' | 'list' | 'progressOf' | 'cancel' | 'noteFetch' | 'open' | 'keepMs'
  >
  readonly sessions: Sessions
  readonly secondStep: SecondStep
  readonly enrolment: Enrolment
  /** Null: everybody signs in here. */
  readonly oidc: OidcSignIn | null
  /** Of who guesses passwords. */
  readonly throttle: Throttle
  readonly answers: Answers
  /** Of those that are set over HTTP. */
  readonly passwords: PasswordRules
  /** By the settings. */
  readonly openWays: OpenWays
  readonly alarms: Pick<Alarms, 'list' | 'change'>
  /** Null where no server runs. */
  readonly chat: Chat | null
  /** What the company wants a second person for beside what has counts of its own, how long a request waits, and how many change retention. */
  readonly approvals: {
    readonly acts: ReadonlySet<string>
    readonly days: number
    readonly retention: number
  }
  /** All that there are. */
  readonly routes: readonly Route[]
  readonly timer: Timer
  readonly webhooks: Webhooks
  /** Null where no server runs. */
  readonly deliveries: Deliveries | null
  readonly audit: Audit
  readonly provedLog: ProvedLog
  readonly machine: Machine
}

/** What a route is asked, as it comes. */
export type Asked = {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly by: By
}

/** One route: its schemas are the contract. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Parameters as `:name`. */
  readonly path: string
  readonly permission: PermissionName
  /** Grants that are limited to groups, matters or rooms count here: the answer is held to what it is about. */
  readonly isLimitable: boolean
  /** A sentence for those who read what the API is. */
  readonly summary: string
  /** It answers with events, as they come. */
  readonly isStream: boolean
  /** The media type of what it answers with, where that is bytes and no JSON; null: it is JSON. */
  readonly sends: string | null
  /** Whether its body may be a form: where another server sends one. */
  readonly takesForm: boolean
  readonly shapes: {
    readonly params: z.ZodType
    readonly query: z.ZodType
    readonly body: z.ZodType
    readonly answer: z.ZodType
  }
  handle(asked: Asked, host: ApiHost): Promise<Reply>
}

/** `headers`: beside those that each answer has. `keeps`: the cookie of a browser is another one from now on. */
export type Reply = {
  readonly status: number
  readonly body: unknown
  readonly keeps?: Kept
  readonly headers?: { readonly [name: string]: string }
  /** In place of the body: what goes out as it comes, as server-sent events. */
  readonly stream?: (to: Listener) => void
  /** In place of the body, too: it goes out as it is read. */
  readonly bytes?: SentBytes & { close(): Promise<void> }
}

/** Whoever listens to a stream of events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type Listener = {
  /** The id of the last event that he has had, if he has come back. */
  readonly lastId: string | null
  /** Whether he may still ask for this, by what he has asked with: his token, his session. */
  isAdmitted(): boolean
  /** @returns false where he reads too slowly: he is cut, and comes back */
  send(text: string): boolean
  end(): void
  onGone(listener: () => void): void
}

type Input<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = {
  readonly params: z.infer<Params>
  readonly query: z.infer<Query>
  readonly body: z.infer<Body>
}

/** A route whose path, query and body are parsed before `handle` sees them. */
export function route<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
>(definition: {
  readonly method: Route['method']
  readonly path: string
  /** Nobody else gets to `handle`. */
  readonly permission: PermissionName
  readonly summary: string
  readonly isStream?: boolean
  readonly takesForm?: true
  readonly sends?: string
  readonly answer: z.ZodType
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** What it is about. Without it a limited grant is worth nothing here. */
  about?(input: Input<Params, Query, Body>, host: ApiHost): Promise<About> | About
  /** Whether it takes more persons than one. Then it waits for them. */
  second?(
    input: Input<Params, Query, Body> & { readonly by: By },
    host: ApiHost,
  ): Promise<Second | null> | Second | null
  handle(
    input: Input<Params, Query, Body> & { readonly by: By; readonly within: Within },
    host: ApiHost,
  ): Promise<Reply>
}): Route {
  const { method, path, permission, summary, params, query, body } = definition
  const answer = definition.second ? z.union([definition.answer, waitingAnswer]) : definition.answer
  return {
    method,
    path,
    permission,
    isLimitable: definition.about !== undefined,
    summary,
    isStream: definition.isStream ?? false,
    takesForm: definition.takesForm ?? false,
    sends: definition.sends ?? null,
    shapes: { params, query, body, answer },
    async handle(asked, host) {
      const { by } = asked
      const input = {
        params: params.parse(asked.params, { error: clauseOf }),
        query: query.parse(asked.query, { error: clauseOf }),
        body: body.parse(asked.body, { error: clauseOf }),
      }
      const about = by.limited && ((await definition.about?.(input, host)) ?? null)
      const within = heldTo(by.limited, about, host.directory)
      const second = (await definition.second?.({ ...input, by }, host)) ?? null
      const waits = await waiting(second, { route: { method, path }, asked }, host)
      return waits ?? (await definition.handle({ ...input, by, within }, host))
    },
  }
}

/** For a route without a body, or without parameters in its path or behind it. */
export const nothing = z.unknown()

/** The path parameter of a person. */
export const ofPerson = z.strictObject({ address: z.string().min(3).max(3_071) })

/** @throws {OperatorError} where nobody has that address. */
export function personAt(directory: Directory, address: string): Person {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  if (person) return person
  throw new OperatorError(
    'people.unknown',
    `Nobody has the address ${address}: see onrecord user list.`,
  )
}
