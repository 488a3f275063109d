// XEP-0453: DOAP usage in XMPP, version 0.1.2
// Source: https://xmpp.org/extensions/xep-0453.html
import { escapeAttr, escapeText } from '../xml/serialize.ts'
import { type Feature } from './host.ts'
import { addressOf } from './xep-names.ts'
import { elsewhere, leftOut, type Spoken } from './xeps-table.ts'

/** The version of the program that spoke them first. */
const since = '0.1.0'

const rfcs = [
  ...[6120, 6121, 7395, 7590, 7622].map((rfc) => `https://xmpp.org/rfcs/rfc${rfc}.html`),
  ...[5802, 7677, 9266].map((rfc) => `https://www.rfc-editor.org/rfc/rfc${rfc}`),
]

/** docs/onrecord.doap, from the features themselves: what programs that compare programs read. */
export function doap(features: readonly Feature[]): string {
  const spoken = [...features, ...elsewhere].map((one) => ({
    ...one,
    status: one.isPartial ? 'partial' : 'complete',
  }))
  const refused = leftOut.map((one) => ({ ...one, status: 'wontfix' }))
  const xeps = [...spoken, ...refused].toSorted((a, b) => a.xep - b.xep)
  return `<?xml version='1.0' encoding='UTF-8'?>
<!-- Generated from src/xmpp/features/ by scripts/reference.mjs. -->
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
         xmlns='http://usefulinc.com/ns/doap#'
         xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>
  <Project>
    <name>Onrecord</name>
    <shortdesc xml:lang='en'>A company messenger whose every message is on a tamper-evident, encrypted record before anybody receives it</shortdesc>
    <license rdf:resource='https://www.apache.org/licenses/LICENSE-2.0'/>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <category rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-server'/>
${rfcs.map((address) => `    <implements rdf:resource='${address}'/>`).join('\n')}
${xeps.map(supported).join('\n')}
  </Project>
</rdf:RDF>
`
}

function supported({
  xep,
  version,
  status,
  notes = [],
}: Spoken & { readonly status: string }): string {
  const note = notes.join(' ').replaceAll('`', '')
  const lines = [
    `<xmpp:xep rdf:resource='${escapeAttr(addressOf(xep))}'/>`,
    `<xmpp:status>${status}</xmpp:status>`,
    `<xmpp:version>${escapeText(version)}</xmpp:version>`,
    ...(status === 'wontfix' ? [] : [`<xmpp:since>${since}</xmpp:since>`]),
    ...(note === '' ? [] : [`<xmpp:note xml:lang='en'>${escapeText(note)}</xmpp:note>`]),
  ]
  const inside = lines.map((line) => `        ${line}`).join('\n')
  return `    <implements>
      <xmpp:SupportedXep>
${inside}
      </xmpp:SupportedXep>
    </implements>`
}
