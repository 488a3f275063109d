import { type Secret } from '../../base/secret.ts'
import { noLimits } from '../access/grants.ts'
import { type Access } from '../access/open.ts'
import { type StandingGrant } from '../access/types.ts'
import { type Permission, permissionNames, permissions } from '../permissions.ts'
import { type Tokens } from '../tokens.ts'
import { type StandingEnvelope } from './types.ts'

export type Rights = {
  give(envelope: StandingEnvelope): Promise<void>
  take(envelope: StandingEnvelope): Promise<void>
  token(envelope: StandingEnvelope): Promise<Secret<string>>
}

/** What an open envelope gives, by the means that there are: grants and a token, which end by themselves and with it. */
export function givingRights({
  access,
  tokens,
}: {
  readonly access: Access
  readonly tokens: Pick<Tokens, 'make' | 'list' | 'revoke'>
}): Rights {
  const its = (envelope: StandingEnvelope): readonly StandingGrant[] =>
    access.grants
      .list()
      .filter(({ person, reason }) => person === envelope.person && reason === nameOf(envelope))
  return {
    async give(envelope) {
      const { person, roles, matters, openedAt, until } = envelope
      const given = its(envelope)
        .filter((grant) => grant.until === until && grant.by.length === 0)
        .map(({ role }) => role)
      for (const role of roles) {
        if (given.includes(role)) continue
        const limits = { ...noLimits, matters }
        const grant = { person, role, limits, of: null, from: openedAt ?? 0, until }
        await access.grants.make({ ...grant, reason: nameOf(envelope) }, [])
      }
    },
    async take(envelope) {
      for (const { id } of its(envelope))
        await access.grants.revoke(id, 'The envelope is over.', [])
      for (const { id, name } of tokens.list(envelope.person))
        if (name === nameOf(envelope)) await tokens.revoke(id, null, { commandLine: true })
    },
    async token(envelope) {
      const days = Math.ceil(envelope.hours / 24)
      const wanted = { person: envelope.person, name: nameOf(envelope), days }
      const scopes = permissionNames.filter((name) => {
        const { roles }: Permission = permissions[name]
        return envelope.roles.some((role) => roles.includes(role))
      })
      const { secret } = await tokens.make({ ...wanted, scopes }, { commandLine: true })
      return secret
    },
  }
}

/** Of grants and tokens, so that they are found again. */
function nameOf({ id }: StandingEnvelope): string {
  return `break-glass ${id}`
}
