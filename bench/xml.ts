// How many chat stanzas a second of CPU time one core parses, and parses and writes again with another `from`: 345 bytes
// each, in chunks of 16 KiB. Run: node bench/xml.ts [millions]
import { withAttrs } from '../src/xml/element.ts'
import { defaultXmlLimits } from '../src/xml/limits.ts'
import { StreamParser } from '../src/xml/parser.ts'
import { serialize } from '../src/xml/serialize.ts'

const header =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='chat.example.com' version='1.0' " +
  "xmlns:stream='http://etherx.jabber.org/streams'>"
const from = 'anna.smith@chat.example.com/Onrecord.9f8e7d6c'
const batch = 20_000
const chunkBytes = 16_384
const millions = Number(process.argv[2] ?? '1')

let text = ''
for (let i = 0; i < batch; i++) {
  text +=
    `<message from='anna.smith@chat.example.com' to='ben.jones@chat.example.com' id='m${1e6 + i}' ` +
    `type='chat' xml:lang='de'><body>Grüße &amp; bis später – the numbers of line ${i} are in 📎</body>` +
    `<active xmlns='http://jabber.org/protocol/chatstates'/><origin-id xmlns='urn:xmpp:sid:0' ` +
    `id='o${1e6 + i}'/><request xmlns='urn:xmpp:receipts'/></message>`
}
const bytes = new TextEncoder().encode(text)

/** @param isRewritten whether each stanza is written again */
function run(isRewritten: boolean): number {
  let stanzas = 0
  let units = 0
  const parser = new StreamParser(defaultXmlLimits, {
    open() {},
    stanza(element) {
      stanzas++
      if (isRewritten) units += serialize(withAttrs(element, { from }), 'jabber:client').length
    },
    close() {},
  })
  parser.write(new TextEncoder().encode(header))
  const start = process.cpuUsage()
  for (let round = 0; round < (millions * 1e6) / batch; round++) {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      parser.write(bytes.subarray(at, at + chunkBytes))
    }
  }
  if (isRewritten && units < stanzas * 340) throw new Error('the stanzas were not written again')
  const { user, system } = process.cpuUsage(start)
  return Math.round(stanzas / ((user + system) / 1e6))
}

run(true)
for (const [name, isRewritten] of [
  ['parse', false],
  ['parse and rewrite', true],
] as const) {
  process.stdout.write(`${name}: ${run(isRewritten)} stanzas/s of ${bytes.length / batch} bytes\n`)
}
