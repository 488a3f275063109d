// XEP-0504: Data Policy, version 0.1.0
// Source: https://xmpp.org/extensions/xep-0504.html
import { type Element } from '../../xml/element.ts'
import { type Feature } from '../host.ts'
import { buildForm } from '../wire/data-form.ts'

/** What becomes of what people say here, beside every answer that says what server, account, room or upload service can do. */
export const dataPolicy: Feature = {
  name: 'data-policy',
  xep: 504,
  title: 'Data Policy',
  version: '0.1.0',
  discovery: [],
  notes: [
    'What the program itself sees to, at the server, accounts, rooms and uploads. Who in the company may read, where the machines stand and how backups are made is for the company to say, and is left out.',
    'A field of our own, `{https://onrecord.invalid/policy}end_to_end_encryption`, tells beforehand that encrypted messages are refused.',
  ],
}

/** Section 3. The same for all: there is one record. */
export function dataPolicyForm(): Element {
  return buildForm('result', 'urn:xmpp:data-policy:0', [
    // Section 3.1: PLAIN over TLS is offered beside SCRAM.
    { name: 'auth_data', type: 'list-single', values: ['plain'] },
    { name: 'data_retention', type: 'text-single', values: ['infinite'] },
    { name: 'data_deletion', type: 'boolean', values: ['false'] },
    { name: 'encryption_at_rest', type: 'boolean', values: ['true'] },
    { name: 'data_export', type: 'boolean', values: ['false'] },
    { name: 'full_erasure', type: 'boolean', values: ['false'] },
    {
      name: 'extra_info',
      type: 'text-multi',
      values: [
        'Every message is put on a sealed company record before anybody receives it, and stays there also when it is taken back.',
        'End-to-end encrypted messages (OMEMO, OpenPGP, OTR) are refused, because the company could not read what it has to keep: please turn encryption off for conversations here.',
      ],
    },
    {
      name: '{https://onrecord.invalid/policy}end_to_end_encryption',
      type: 'list-single',
      values: ['refused'],
    },
  ])
}
