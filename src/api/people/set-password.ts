import { z } from 'zod'
import { Secret } from '../../base/secret.ts'
import { refuseWeak } from '../../directory/password-rules.ts'
import { type By } from '../door/caller.ts'
import { type ApiHost, nothing, ofPerson, personAt, route } from '../door/route.ts'
import { mustNotRiseBy, mustOpenNothing, personsAt } from '../door/powers.ts'
import { personAnswer } from '../contract/shared.ts'

/** Bounds only: what a password may be is the directory's to say. */
export const password = z.string().min(1).max(1_024)

/** Who is at the machine's own command line may give whatever he likes. @throws {OperatorError} */
export function refuseWeakAt(
  { caller }: Pick<By, 'caller'>,
  { password: text, address }: { readonly password: string; readonly address: string },
  { passwords }: Pick<ApiHost, 'passwords'>,
): void {
  if (caller.door !== 'machine') refuseWeak(text, address, passwords)
}

export const setPassword = route({
  method: 'PUT',
  path: '/v1/people/:address/password',
  permission: 'people.manage',
  summary: "Sets a new password, and ends the person's sessions.",
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({ password }),
  about: ({ params: { address } }, host) => ({ persons: personsAt(address, host) }),
  async handle({ params: { address }, body, by, within }, host) {
    const { directory } = host
    const person = personAt(directory, address)
    mustOpenNothing(person, by, directory)
    mustNotRiseBy(person, { within }, directory)
    refuseWeakAt(by, { password: body.password, address: person.address }, host)
    await directory.setPassword(person.id, new Secret(body.password), by.actor)
    return { status: 200, body: person }
  },
})
