// The page in a real browser, without a network: it gives the same answers as the program, to each bundle of the table.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { toBase64 } from '../../src/base/bytes.ts'
import { bundleCases, type BundleCase } from '../support/bundles/cases.ts'
import { verifierFolder, verifierModule } from '../support/bundles/verifier.ts'

const answerTimeoutMs = 20_000

let browser: Browser
let page: Page
let cases: readonly BundleCase[] = []
const asked: string[] = []

before(async () => {
  cases = await bundleCases()
  const found = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  assert.ok(found, 'chromium is installed (apt-get install chromium)')
  browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox'] })
  const context = await browser.newContext({ offline: true })
  page = await context.newPage()
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => assert.notEqual(message.type(), 'error', message.text()))
  await page.goto(pathToFileURL(join(verifierFolder, 'onrecord-verify.html')).href)
  await page.getByText('Signed heads and time-stamping').click()
})

after(async () => await browser.close())

let asks = 0

async function answerTo({ zip, policy, heads = [] }: BundleCase): Promise<string> {
  const name = `${asks++}.zip`
  await page.getByLabel('The log’s key, or a policy').fill(policy)
  await page.getByLabel('Signed heads of the log').setInputFiles(heads.map(asFile))
  const zipFile = { name, mimeType: 'application/zip', buffer: Buffer.from(zip) }
  await page.getByLabel('Zip').setInputFiles(zipFile)
  await page.waitForSelector(`body[data-of="${name}"][data-exit]`, { timeout: answerTimeoutMs })
  const body = page.locator('body')
  const [exit, code] = [await body.getAttribute('data-exit'), await body.getAttribute('data-code')]
  return `${exit} ${code}`
}

function asFile(bytes: Uint8Array, i: number): File {
  return { name: `head${i}`, mimeType: 'text/plain', buffer: Buffer.from(bytes) }
}

type File = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

test('each bundle of the table gets the answer that the table has', async () => {
  const given = cases.map(({ zip, policy, heads = [] }) => {
    return { zip: toBase64(zip), policy, heads: heads.map(toBase64) }
  })
  await page.evaluate(readFileSync(join(import.meta.dirname, 'drop-all.js'), 'utf8'))
  const found: string[] = await page.evaluate(`dropAll(${JSON.stringify(given)})`)
  const wrong = cases.flatMap(({ name, exit, code }, i) => {
    const isSame = found[i] === `${exit} ${code}`
    return isSame ? [] : [`${name}: ${found[i]}, expected ${exit} ${code}`]
  })
  assert.deepEqual([wrong, found.length], [[], cases.length])
  assert.ok(
    asked.every((url) => url.startsWith('file:')),
    'the page asks for nothing',
  )
})

test('records are listed with what was said, and text from a bundle is text', async () => {
  const [whole] = cases
  assert.ok(whole)
  await answerTo(whole)
  await page.getByRole('heading', { name: /COMPLETE/ }).waitFor()
  const rows = await page.getByRole('row').count()
  assert.ok(rows > 300, `${rows} rows`)
  await page
    .getByRole('cell', { name: /word 7 / })
    .first()
    .waitFor()
})

test('the page is what the script makes of the modules that the program runs', async () => {
  const script: object = await import(
    pathToFileURL(join(import.meta.dirname, '../../scripts/verifier-page.mjs')).href
  )
  assert.ok('verifierPage' in script && typeof script.verifierPage === 'function')
  const made: unknown = script.verifierPage()
  assert.equal(readFileSync(join(verifierFolder, 'onrecord-verify.html'), 'utf8'), made)
})

test('the page’s own SHA-256 is SHA-256', async () => {
  const own = await verifierModule('page/sha256.mjs')
  assert.ok('sha256' in own && typeof own.sha256 === 'function')
  const { createHash } = await import('node:crypto')
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000, 70_001]) {
    const bytes = new Uint8Array(length).map((_, i) => (i * 7) % 251)
    const found: unknown = own.sha256(bytes)
    assert.ok(found instanceof Uint8Array)
    assert.equal(
      Buffer.from(found).toString('hex'),
      createHash('sha256').update(bytes).digest('hex'),
    )
  }
})
