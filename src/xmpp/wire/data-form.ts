// XEP-0004: Data Forms, version 2.13.2, and XEP-0068: Field Standardization for Data Forms
// Source: https://xmpp.org/extensions/xep-0004.html
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { ns } from './names.ts'

const NS_VALIDATE = 'http://jabber.org/protocol/xdata-validate'

const formTypes = ['form', 'submit', 'cancel', 'result'] as const
export type FormKind = (typeof formTypes)[number]

/** Section 3.3. */
export type FieldType =
  | 'boolean'
  | 'fixed'
  | 'hidden'
  | 'jid-multi'
  | 'jid-single'
  | 'list-multi'
  | 'list-single'
  | 'text-multi'
  | 'text-private'
  | 'text-single'

/** A form as it was filled in: the values by the field's name. */
export type Form = {
  readonly kind: FormKind
  /** FORM_TYPE (XEP-0068), null when it names none. */
  readonly formType: string | null
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** A field of a form that we send. */
export type FormField = {
  readonly name: string
  readonly type?: FieldType
  readonly label?: string
  readonly values?: readonly string[]
  readonly options?: readonly (string | FormOption)[]
  readonly isRequired?: boolean
  /** XEP-0122 section 3.3: other values than those of the list will do. */
  readonly isOpen?: boolean
  /** XEP-0122 section 3.3.3: a whole number from `min` to `max`. */
  readonly range?: { readonly min: number; readonly max: number }
}

type FormOption = { readonly label: string; readonly value: string }

/** What a form says above its fields. */
export type FormHeading = { readonly title: string; readonly instructions: string }

/**
 * The form inside `parent`.
 *
 * @returns null when there is none, or one that breaks the rules: no known type, a field without or with a used name
 */
export function readForm(parent: Element): Form | null {
  const x = child(parent, 'x', ns.dataForms)
  const kind = formTypes.find((name) => name === x?.attrs['type'])
  if (!x || !kind) return null
  const values = new Map<string, readonly string[]>()
  for (const field of elements(x)) {
    if (field.name !== 'field' || field.ns !== ns.dataForms) continue
    const name = field.attrs['var']
    if (name === undefined && field.attrs['type'] === 'fixed') continue
    if (name === undefined || values.has(name)) return null
    values.set(name, valuesOf(field))
  }
  return { kind, formType: values.get('FORM_TYPE')?.[0] ?? null, values }
}

/** A form to send. `formType` becomes its hidden first field; null: it has none. */
export function buildForm(
  kind: FormKind,
  formType: string | null,
  fields: readonly FormField[],
  heading: FormHeading | null = null,
): Element {
  const hidden =
    formType === null ? [] : [buildField({ name: 'FORM_TYPE', type: 'hidden', values: [formType] })]
  const above = heading
    ? [
        el('title', ns.dataForms, {}, heading.title),
        el('instructions', ns.dataForms, {}, heading.instructions),
      ]
    : []
  return el('x', ns.dataForms, { type: kind }, ...above, ...hidden, ...fields.map(buildField))
}

function buildField(field: FormField): Element {
  const { name, type, label, values = [], options = [] } = field
  const { isRequired = false } = field
  return el(
    'field',
    ns.dataForms,
    { var: name, ...(type && { type }), ...(label !== undefined && { label }) },
    ...(isRequired ? [el('required', ns.dataForms)] : []),
    ...validation(field),
    ...values.map(buildValue),
    ...options.map(buildOption),
  )
}

function validation({ isOpen = false, range }: FormField): Element[] {
  if (isOpen) return [el('validate', NS_VALIDATE, {}, el('open', NS_VALIDATE))]
  if (!range) return []
  const bounds = { min: String(range.min), max: String(range.max) }
  const datatype = 'xs:integer'
  return [el('validate', NS_VALIDATE, { datatype }, el('range', NS_VALIDATE, bounds))]
}

function buildOption(option: string | FormOption): Element {
  if (typeof option === 'string') return el('option', ns.dataForms, {}, buildValue(option))
  return el('option', ns.dataForms, { label: option.label }, buildValue(option.value))
}

function buildValue(value: string): Element {
  return el('value', ns.dataForms, {}, value)
}

function valuesOf(field: Element): string[] {
  return elements(field)
    .filter(({ name, ns: of }) => name === 'value' && of === ns.dataForms)
    .map(textOf)
}
