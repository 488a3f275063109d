// A directory server that means no good.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { code, ldapCompany } from './support/ldap-company.ts'

test('a server that answers without end is read up to a bound', async (t) => {
  const hostile = createServer((socket) => {
    // A message that says that it has two gigabytes.
    socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]))
    const zeros = Buffer.alloc(65_536)
    const more = (): void => {
      while (!socket.destroyed && socket.write(zeros));
    }
    socket
      .on('data', more)
      .on('drain', more)
      .on('error', () => socket.destroy())
  })
  hostile.listen(0, '127.0.0.1')
  await once(hostile, 'listening')
  t.after(() => hostile.close())
  const address = hostile.address()
  const port = typeof address === 'object' ? address?.port : 0
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-hostile-'))
  t.after(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'password'), 'who only looks')
  const env = {
    ONRECORD_LDAP_BIND_DN: 'cn=onrecord,dc=example',
    ONRECORD_LDAP_PASSWORD_FILE: join(dir, 'password'),
    ONRECORD_LDAP_BASE: 'dc=example',
    ONRECORD_LDAP_URL: `ldap://127.0.0.1:${port}`,
    ONRECORD_LDAP_STARTTLS: 'off',
  }
  const { sync } = await ldapCompany(t, { dir, env })
  await assert.rejects(sync.run({ isDry: true, confirmed: null }), code('ldap.too-much'))
})
