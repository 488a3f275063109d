// XEP-0133: Service Administration, version 1.3.1, section 4.1
// Source: https://xmpp.org/extensions/xep-0133.html
import { Secret } from '../../base/secret.ts'
import { publishCard } from '../features/vcard-temp.ts'
import { type Host } from '../host.ts'
import { el } from '../../xml/element.ts'
import { type Form } from '../wire/data-form.ts'
import { actorOf, accountjid, adminCommand, adminStage, only } from './admin-form.ts'
import { type Asker, type Command, completed, type Completed } from './command.ts'
import { badPayload } from './errors.ts'
import { type Person } from '../../directory/ports.ts'

const NS_CARD = 'vcard-temp'
/** Of a name or a mail address, UTF-16 units. */
const detailMax = 200

/** Adds a person who can sign in at once, with the role of a member. */
export function addUser(host: Host): Command {
  const heading = { title: 'Adding a User', instructions: 'Fill out this form to add a user.' }
  const stage = adminStage(
    heading,
    [
      accountjid('The Jabber ID for the account to be added'),
      {
        name: 'password',
        type: 'text-private',
        label: 'The password for this account',
        isRequired: true,
      },
      { name: 'password-verify', type: 'text-private', label: 'Retype password', isRequired: true },
      { name: 'email', type: 'text-single', label: 'Email address' },
      { name: 'given_name', type: 'text-single', label: 'Given name' },
      { name: 'surname', type: 'text-single', label: 'Family name' },
    ],
    async (form, asker) => await add(host, form, asker),
  )
  return adminCommand('add-user', 'Add User', () => stage)
}

async function add(host: Host, form: Form, asker: Asker): Promise<Completed> {
  const address = only(form, 'accountjid')
  const password = only(form, 'password')
  if (password !== only(form, 'password-verify'))
    throw badPayload('The two passwords differ: nobody was added.')
  const details = detailsIn(form)
  const by = actorOf(asker)
  const person = await host.directory.add({
    address,
    password: new Secret(password),
    role: 'member',
    by,
  })
  await writeCard(host, person, details, asker)
  return completed(`Added ${person.address}.`)
}

type Details = { readonly email: string; readonly given: string; readonly family: string }

function detailsIn(form: Form): Details {
  const text = (name: string): string => {
    const value = (form.values.get(name)?.[0] ?? '').trim()
    if (value.length <= detailMax) return value
    throw badPayload(`${name} has at most ${detailMax} characters.`)
  }
  return { email: text('email'), given: text('given_name'), family: text('surname') }
}

/** What is known of the person goes into his card (XEP-0054), where he can change it: a publish, on record like any other. */
async function writeCard(
  host: Host,
  person: Person,
  { email, given, family }: Details,
  { speaker }: Asker,
): Promise<void> {
  if (email + given + family === '') return
  const part = (name: string, text: string) => (text === '' ? [] : [el(name, NS_CARD, {}, text)])
  const card = el(
    'vCard',
    NS_CARD,
    {},
    ...part('FN', [given, family].join(' ').trim()),
    el('N', NS_CARD, {}, ...part('FAMILY', family), ...part('GIVEN', given)),
    ...(email === '' ? [] : [el('EMAIL', NS_CARD, {}, el('USERID', NS_CARD, {}, email))]),
  )
  await publishCard(host, await host.accounts.load(person), speaker, card)
}
