// Debian's OpenLDAP on loopback, with a few people, made for the test and gone with it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'ldapts'
import { type Authority } from './authority.ts'
import { freePorts } from './free-ports.ts'

const slapd = '/usr/sbin/slapd'
export const noSlapd = existsSync(slapd) ? false : 'slapd is not installed'
/** How long it may take to be ready. */
const patienceMs = 30_000

export const base = 'dc=example,dc=org'
const root = `cn=root,${base}`
const rootPassword = 'the root of it'
const looker = { dn: `cn=onrecord,${base}`, password: 'who only looks' }

export type Slapd = {
  readonly dir: string
  readonly url: string
  readonly secureUrl: string
  /** Settings of a server that takes people from it, over STARTTLS. */
  readonly env: Readonly<Record<string, string>>
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** As its administrator. */
  change(work: (client: Client) => Promise<void>): Promise<void>
  remove(): Promise<void>
}

/** @param ldif entries below `base` */
export async function startSlapd(authority: Authority, ldif: string): Promise<Slapd> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-slapd-'))
  const [port = 0, securePort = 0] = await freePorts(2)
  const { cert, key } = authority.issue({ dns: ['localhost'] })
  for (const [name, text] of Object.entries({
    'cert.pem': cert,
    'key.pem': key,
    'ca.pem': authority.cert,
    password: `${looker.password}\n`,
    'slapd.conf': configOf(dir),
    'all.ldif': `${top}\n${ldif}`,
  }))
    writeFileSync(join(dir, name), text)
  mkdirSync(join(dir, 'db'))
  const config = join(dir, 'slapd.conf')
  const added = spawnSync('/usr/sbin/slapadd', ['-q', '-f', config, '-l', join(dir, 'all.ldif')])
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr.toString()}`)
  const url = `ldap://localhost:${port}`
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const listen = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`
    const started = spawn(slapd, ['-d', '0', '-f', config, '-h', listen], { stdio: 'ignore' })
    child = started
    const until = performance.now() + patienceMs
    while (!(await canConnect(port))) {
      if (started.exitCode !== null) throw new Error(`slapd ended with ${started.exitCode}`)
      if (performance.now() > until) throw new Error('slapd is not ready')
    }
  }
  async function kill(): Promise<void> {
    const running = child
    child = null
    if (!running || running.exitCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    dir,
    url,
    secureUrl: `ldaps://localhost:${securePort}`,
    env: {
      ONRECORD_LDAP_URL: url,
      ONRECORD_LDAP_KIND: 'openldap',
      ONRECORD_LDAP_CA: join(dir, 'ca.pem'),
      ONRECORD_LDAP_BIND_DN: looker.dn,
      ONRECORD_LDAP_PASSWORD_FILE: join(dir, 'password'),
      ONRECORD_LDAP_BASE: base,
    },
    start,
    kill,
    async change(work) {
      const client = new Client({ url })
      await client.bind(root, rootPassword)
      try {
        await work(client)
      } finally {
        await client.unbind()
      }
    },
    async remove() {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function configOf(dir: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson']
  return `${schemas.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${dir}/pid
TLSCACertificateFile ${dir}/ca.pem
TLSCertificateFile ${dir}/cert.pem
TLSCertificateKeyFile ${dir}/key.pem
security simple_bind=0
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
database mdb
suffix "${base}"
rootdn "${root}"
rootpw "${rootPassword}"
directory ${dir}/db
maxsize 67108864
dbnosync
overlay ppolicy
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${looker.dn}" read by * none
`
}

const top = `dn: ${base}
objectClass: domain
dc: example

dn: ${looker.dn}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: onrecord
userPassword: ${looker.password}

dn: ou=people,${base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${base}
objectClass: organizationalUnit
ou: groups
`

export const personDn = (uid: string): string => `uid=${uid},ou=people,${base}`
export const groupDn = (cn: string): string => `cn=${cn},ou=groups,${base}`

/** @param more further lines */
export function personLdif(uid: string, ...more: readonly string[]): string {
  return [
    `dn: ${personDn(uid)}`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${uid}`,
    'sn: Somebody',
    `userPassword: password of ${uid}`,
    ...more,
    '',
    '',
  ].join('\n')
}

export function groupLdif(cn: string, ...members: readonly string[]): string {
  const lines = members.map((dn) => `member: ${dn}`)
  return [`dn: ${groupDn(cn)}`, 'objectClass: groupOfNames', `cn: ${cn}`, ...lines, '', ''].join(
    '\n',
  )
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
