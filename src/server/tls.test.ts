import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { type Clock, systemClock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log, silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { selfSignedPair } from './self-signed.ts'
import { openCertificate, type PairFiles } from './tls.ts'

const years = 365 * 86_400_000

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'onrecord-tls-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function pairFor(
  folder: string,
  domain = 'example.org',
  clock: Clock = systemClock,
): Promise<PairFiles & { readonly isNew: boolean }> {
  return await selfSignedPair(folder, domain, { clock, random: systemRandom() })
}

function collect(): { readonly log: Log; readonly events: string[] } {
  const events: string[] = []
  const note = (event: string): void => {
    events.push(event)
  }
  return { log: { info: note, warn: note, error: note }, events }
}

test('the self-signed pair is for the domain and its rooms, and the key is its owner’s alone', async () => {
  await inFolder(async (folder) => {
    const { cert, key, isNew } = await pairFor(folder, 'münchen.example')
    const leaf = new X509Certificate(await readFile(cert))
    assert.equal(isNew, true)
    assert.ok(leaf.checkHost('xn--mnchen-3ya.example'))
    assert.ok(leaf.checkHost('conference.xn--mnchen-3ya.example'))
    assert.ok(leaf.verify(leaf.publicKey))
    assert.equal((await stat(key)).mode & 0o777, 0o600)
  })
})

test('the self-signed pair is made once, and anew for another domain or when it runs out', async () => {
  await inFolder(async (folder) => {
    await pairFor(folder)
    assert.equal((await pairFor(folder)).isNew, false)
    assert.equal((await pairFor(folder, 'other.example')).isNew, true)
    const later = { now: () => Date.now() + 11 * years }
    assert.equal((await pairFor(folder, 'other.example', later)).isNew, true)
  })
})

test('a stop between key and certificate is made good at the next start', async () => {
  await inFolder(async (folder) => {
    const { cert } = await pairFor(folder)
    const old = await readFile(cert)
    await rm(cert)
    await pairFor(folder)
    await writeFile(cert, old)
    assert.equal((await pairFor(folder)).isNew, true)
  })
})

test('a TLS client that trusts the pair connects, with TLS 1.2 and 1.3 and no weak cipher', async () => {
  await inFolder(async (folder) => {
    const files = await pairFor(folder, 'localhost')
    const host = { domain: 'localhost', clock: systemClock, log: silentLog }
    const certificate = openCertificate(files, host)
    const server = createServer(certificate.options(), (socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const ca = await readFile(files.cert)
    const tryTls = async (options: object): Promise<string> =>
      await new Promise((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options })
        socket.on('error', () => resolve('refused'))
        socket.on('secureConnect', () => {
          socket.end()
          resolve(socket.getProtocol() ?? '')
        })
      })
    assert.equal(await tryTls({}), 'TLSv1.3')
    assert.equal(await tryTls({ maxVersion: 'TLSv1.2' }), 'TLSv1.2')
    assert.equal(await tryTls({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }), 'refused')
    server.close()
    certificate.close()
  })
})

test('a changed pair is taken up by itself, and connections from then on get it', async () => {
  await inFolder(async (folder) => {
    const files = await pairFor(folder)
    const { log, events } = collect()
    const certificate = openCertificate(
      files,
      { domain: 'example.org', clock: systemClock, log },
      5,
    )
    const [before, context] = [certificate.fingerprint(), certificate.currentContext()]
    const changed = new Promise<void>((resolve) => certificate.onChange(resolve))
    // The timer is unref'd: something has to keep the process waiting.
    const wait = setInterval(() => {}, 1_000)
    await rm(files.cert)
    await pairFor(folder)
    await changed
    clearInterval(wait)
    certificate.close()
    assert.notEqual(certificate.fingerprint(), before)
    assert.notEqual(certificate.currentContext(), context)
    assert.ok(events.includes('tls.reloaded'))
  })
})

test('a bad pair at reload is logged once, the old one stays, and the next good one is taken', async () => {
  await inFolder(async (folder) => {
    const files = await pairFor(folder)
    const { log, events } = collect()
    const certificate = openCertificate(files, { domain: 'example.org', clock: systemClock, log })
    const before = certificate.fingerprint()
    const [cert, key] = [await readFile(files.cert), await readFile(files.key)]

    await writeFile(files.cert, 'no certificate')
    certificate.reload()
    certificate.reload()
    assert.equal(certificate.fingerprint(), before)
    assert.deepEqual(events, ['tls.reload-refused'])

    await rm(files.cert)
    await pairFor(folder)
    await writeFile(files.key, key)
    certificate.reload()
    assert.equal(certificate.fingerprint(), before, 'half replaced')

    await writeFile(files.cert, cert)
    certificate.reload()
    assert.equal(certificate.fingerprint(), before)
    certificate.close()
  })
})

test('a pair that is missing, mismatched or expired stops the start with one sentence', async () => {
  await inFolder(async (folder) => {
    const files = await pairFor(folder)
    const host = { domain: 'example.org', clock: systemClock, log: silentLog }
    const missing = { ...files, key: join(folder, 'none.key') }
    assert.throws(() => openCertificate(missing, host), /ONRECORD_TLS_KEY: the file .* \(ENOENT\)/)
    const late = { ...host, clock: { now: () => Date.now() + 11 * years } }
    assert.throws(() => openCertificate(files, late), /expired at/)
    await writeFile(files.key, 'no key')
    assert.throws(() => openCertificate(files, host), OperatorError)
  })
})
