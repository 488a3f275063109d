// Who comes from an identity provider, and who he is here.
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type Directory, type Person } from '../ports.ts'
import { type Sessions } from '../web/sessions.ts'
import { type Journey, type Provider, type Said } from './ports.ts'

export type OidcRules = {
  /** The claim that has somebody's address here, or the part before the @. */
  readonly addressClaim: string
  /** Who has no account gets one. */
  readonly creates: boolean
  readonly groupsClaim: string
  /** What the provider calls a group, and what it is called here. Others are none of its business. */
  readonly groups: readonly (readonly [string, string])[]
}

export type OidcSignIn = {
  begin: Provider['begin']
  signOutUrl: Provider['signOutUrl']
  /** @throws {OperatorError} with one sentence where that is nobody here */
  finish(query: string, journey: Journey): Promise<{ readonly person: Person; readonly said: Said }>
  /** Ends sessions of who has signed out at the provider. False where that is no word of the provider's. */
  signedOut(token: string): Promise<boolean>
}

/** Words of the provider that were heard: each counts once, and is good for minutes. */
const heardMax = 10_000

export function createOidcSignIn(parts: {
  readonly provider: Provider
  readonly rules: OidcRules
  readonly directory: Directory
  readonly sessions: Pick<Sessions, 'list' | 'end'>
  readonly domain: string
  readonly random: Random
  readonly log: Log
}): OidcSignIn {
  const { provider, directory, sessions, log } = parts
  const heard = new Set<string>()

  return {
    begin: async () => await provider.begin(),
    async signOutUrl(idToken) {
      try {
        return await provider.signOutUrl(idToken)
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error
        // Here he is out all the same.
        return null
      }
    },
    async finish(query, journey) {
      const said = await provider.finish(query, journey)
      if (said === null)
        throw new OperatorError(
          'session.refused',
          'The provider has not said who you are, or it took too long. Begin anew.',
        )
      const person = await whoIs(said, parts)
      await followGroups(person, said, parts)
      return { person, said }
    },
    async signedOut(token) {
      const word = await provider.signedOut(token)
      if (word === null || heard.has(word.id)) return false
      heard.add(word.id)
      const [oldest] = heard.size > heardMax ? heard : []
      if (oldest !== undefined) heard.delete(oldest)
      const person = directory.identities.find(word)
      if (person === null) return true
      const own = sessions.list(person).filter(({ provider: at }) => {
        return at !== null && (word.session === null || at.session === word.session)
      })
      for (const { id } of own) await sessions.end(person, id)
      log.info('directory.signed-out-elsewhere', { person, sessions: own.length })
      return true
    },
  }
}

type Parts = Parameters<typeof createOidcSignIn>[0]

/** By the link; without one, by an address that the provider vouches for. From then on the address may change, and the link counts. */
async function whoIs(said: Said, parts: Parts): Promise<Person> {
  const { directory, rules } = parts
  const linked = directory.identities.find(said)
  const known = linked === null ? null : directory.get(linked)
  if (known !== null) return mayComeIn(known)
  const address = addressIn(said, parts)
  if (address === null)
    throw nobody(`The provider says nothing in ${rules.addressClaim} that can be an address here.`)
  const person = directory.find(address) ?? (await added(address, parts))
  await directory.identities.link(mayComeIn(person).id, said, { provider: true })
  return person
}

/** An account of a program has tokens, and nobody who signs in. */
function mayComeIn(person: Person): Person {
  if (person.enabled && person.role !== 'bot') return person
  throw nobody('This account is closed.')
}

function nobody(why: string): OperatorError {
  return new OperatorError('session.refused', `${why} Ask an administrator.`)
}

/** Section 5.1 of Core: anybody may write any mail address into his account there, unless the provider has verified it. */
function addressIn({ claims }: Said, { rules, domain }: Parts): string | null {
  const value = claims[rules.addressClaim]
  if (typeof value !== 'string' || value.length > 1_023) return null
  if (rules.addressClaim === 'email' && claims['email_verified'] !== true) return null
  const text = value.toLowerCase()
  return text.includes('@') ? text : `${text}@${domain}`
}

/** With a password that nobody knows. */
async function added(address: string, { directory, rules, random }: Parts): Promise<Person> {
  if (!rules.creates) throw nobody(`Nobody has the address ${address} here.`)
  const password = new Secret(Buffer.from(random.bytes(32)).toString('base64url'))
  return await directory.add({ address, password, role: 'member', by: { provider: true } })
}

/** Of the groups that are named in the settings, he is in those that the provider says. Others stay as they are. */
async function followGroups(
  { id }: Person,
  { claims }: Said,
  { directory, rules }: Parts,
): Promise<void> {
  const value = claims[rules.groupsClaim]
  // Without the claim nothing is said of groups: he loses none.
  if (rules.groups.length === 0 || !Array.isArray(value)) return
  const there = new Set(value.filter((one) => typeof one === 'string'))
  // Whoever keeps a group says who is in it: two would undo each other's words.
  const kept = rules.groups.filter(([, group]) => !directory.groups.get(group)?.source)
  const ours = new Set(kept.map(([, group]) => group))
  const wanted = kept.flatMap(([theirs, group]) => (there.has(theirs) ? [group] : []))
  const before = directory.groups.directOf(id)
  const after = [...new Set([...before.filter((group) => !ours.has(group)), ...wanted])]
  if (after.toSorted().join() === before.toSorted().join()) return
  await directory.setGroups(id, after, { provider: true })
}
