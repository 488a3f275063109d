// The page: it takes a bundle and a policy, and shows what the verifier says. Everything stays in this browser.

import { iso } from '../bytes.mjs'
import { sourceOf } from '../proof.mjs'
import { headline, reportLines, rowLine } from '../report.mjs'
import { verifyBundle } from '../verify.mjs'
import { hasher256, sha256 } from './sha256.mjs'

/** Rows that are shown; the others are counted. */
const rowsMax = 2_000

const byId = (id) => document.getElementById(id)
const algorithms = { ed25519: 'Ed25519', 'ml-dsa-44': 'ML-DSA-44' }

const port = {
  sha256,
  hasher256,
  digest: async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes)),
  async verify(algorithm, raw, message, signature) {
    let key
    try {
      key = await crypto.subtle.importKey(algorithm === 'ed25519' ? 'raw' : 'raw-public', raw, { name: algorithms[algorithm] }, false, ['verify'])
    } catch (error) {
      // Not every browser knows every algorithm; a key that is no key is another matter.
      if (error.name === 'DataError') return false
      return null
    }
    return await crypto.subtle.verify({ name: algorithms[algorithm] }, key, signature, message)
  },
  async verifySpki(spki, hash, message, signature) {
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash }
    try {
      const key = await crypto.subtle.importKey('spki', spki, rsa, false, ['verify'])
      return await crypto.subtle.verify(rsa, key, signature, message)
    } catch {
      return await verifyEcdsa(spki, hash, message, signature)
    }
  },
}

/** WebCrypto wants r and s behind each other, and not their DER. */
async function verifyEcdsa(spki, hash, message, signature) {
  for (const [namedCurve, bytes] of [['P-256', 32], ['P-384', 48], ['P-521', 66]]) {
    try {
      const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve }, false, ['verify'])
      const raw = new Uint8Array(bytes * 2)
      let at = signature[1] < 0x80 ? 2 : 3
      for (let i = 0; i < 2; i++) {
        const number = signature.subarray(at + 2, at + 2 + signature[at + 1])
        const digits = number.subarray(Math.max(0, number.length - bytes))
        raw.set(digits, (i + 1) * bytes - digits.length)
        at += 2 + number.length
      }
      return await crypto.subtle.verify({ name: 'ECDSA', hash }, key, raw, message)
    } catch {
      // Another curve.
    }
  }
  return false
}

/** A zip, or a file of a folder, as the verifier reads it. */
function fileOf(blob) {
  return { size: blob.size, read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()) }
}

/** A folder that was chosen: the first part of each path is the folder itself. */
function folderSource(files) {
  return new Map([...files].map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), fileOf(file)]))
}

/** DER of each certificate in PEM. */
function certificatesOf(text) {
  const found = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)]
  return found.map(([, body]) => Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (char) => char.charCodeAt(0)))
}

let chosen = null
let turn = 0

async function run() {
  if (chosen === null) return
  const mine = ++turn
  const policy = byId('policy').value.trim()
  if (policy === '') return show('ready', 'The policy is missing: paste the log’s key, which you have from elsewhere.', [])
  show('working', 'Verifying…', [])
  const rows = []
  let count = 0
  const onRecord = (row) => {
    if (count++ < rowsMax) rows.push(row)
  }
  try {
    const heads = await Promise.all([...byId('heads').files].map(async (file) => new Uint8Array(await file.arrayBuffer())))
    const roots = (await Promise.all([...byId('roots').files].map(async (file) => certificatesOf(await file.text())))).flat()
    const report = await verifyBundle(chosen, { policy, heads, roots }, port, onRecord)
    // Something else was given meanwhile.
    if (mine !== turn) return
    show(report.result, headline(report), reportLines(report))
    if (report.exit !== 1) showRows(rows, count, report.names)
    document.body.dataset.code = report.findings[0]?.code ?? ''
    document.body.dataset.exit = String(report.exit)
  } catch (error) {
    if (mine !== turn) return
    show('ready', error.message, [])
    document.body.dataset.exit = '3'
  }
}

function show(state, title, lines) {
  delete document.body.dataset.exit
  byId('result').dataset.state = state
  byId('headline').textContent = title
  byId('lines').textContent = lines.join('\n')
  byId('records').replaceChildren()
  byId('table').hidden = true
}

function showRows(rows, count, names) {
  for (const row of rows) {
    const cells = [row.index, row.level, row.at === null ? '' : iso(row.at), ...wordsOf(row, names)].map((text) => {
      const cell = document.createElement('td')
      cell.dir = 'auto'
      cell.textContent = String(text)
      return cell
    })
    const line = document.createElement('tr')
    line.append(...cells)
    line.title = rowLine(row)
    byId('records').append(line)
  }
  byId('table').hidden = false
  byId('shown').textContent = count > rowsMax ? `The first ${rowsMax} of ${count} are listed; all were verified.` : `${count} listed.`
}

/** Kind, sender and content: the sender by the addresses that the acts gave. */
function wordsOf({ envelope, content, statement, masked }, names) {
  if (envelope === null) return [statement === null ? '' : 'statement', '', statement ?? '(masked)']
  return [envelope.kind, names[envelope.sender]?.join(', ') ?? envelope.sender ?? '', content ?? (masked.includes(1) ? '(masked)' : '')]
}

function choose(open, name) {
  chosen = open
  byId('name').textContent = name
  document.body.dataset.of = name
  void run()
}

function chooseZip(file) {
  choose(async () => await sourceOf(fileOf(file)), file.name)
}

byId('zip').addEventListener('change', ({ target }) => target.files.length > 0 && chooseZip(target.files[0]))
byId('folder').addEventListener('change', ({ target }) => target.files.length > 0 && choose(async () => folderSource(target.files), 'a folder'))
for (const id of ['policy', 'heads', 'roots']) byId(id).addEventListener('change', () => void run())
byId('verify').addEventListener('click', () => void run())
document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', (event) => {
  event.preventDefault()
  const [file] = event.dataTransfer.files
  if (file) chooseZip(file)
})
