import assert from 'node:assert/strict'
import { test } from 'node:test'
import { el } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { serialize } from '../../xml/serialize.ts'
import { buildForm, type Form, readForm } from './data-form.ts'

function read(fields: string, attrs = `type='submit'`): Form | null {
  const text = `<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' ${attrs}>${fields}</x></query>`
  return readForm(parseFrame(text, defaultXmlLimits))
}

test('a form gives its values by name', () => {
  const form = read(
    `<title>t</title><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>` +
      `<field type='fixed'><value>A heading</value></field>` +
      `<field var='ids'><value>1</value><value>2</value></field><field var='with'/>`,
  )
  assert.deepEqual(form, {
    kind: 'submit',
    formType: 'urn:xmpp:mam:2',
    values: new Map([
      ['FORM_TYPE', ['urn:xmpp:mam:2']],
      ['ids', ['1', '2']],
      ['with', []],
    ]),
  })
})

test('a form that breaks the rules is none', () => {
  assert.equal(read('', ''), null)
  assert.equal(read('', `type='other'`), null)
  assert.equal(read('<field><value>1</value></field>'), null)
  assert.equal(read(`<field var='a'/><field var='a'/>`), null)
  assert.equal(readForm(el('query', 'urn:xmpp:mam:2')), null)
})

test('a form that is built begins with its type, and is read again', () => {
  const form = buildForm('form', 'urn:x', [
    { name: 'with', type: 'jid-single' },
    { name: 'mode', type: 'list-single', label: 'Mode', values: ['a'], options: ['a', 'b'] },
  ])
  assert.equal(
    serialize(form),
    `<x xmlns='jabber:x:data' type='form'>` +
      `<field var='FORM_TYPE' type='hidden'><value>urn:x</value></field>` +
      `<field var='with' type='jid-single'/><field var='mode' type='list-single' label='Mode'>` +
      `<value>a</value><option><value>a</value></option><option><value>b</value></option></field></x>`,
  )
  assert.deepEqual(readForm(el('iq', 'u', {}, form))?.values.get('mode'), ['a'])
})
