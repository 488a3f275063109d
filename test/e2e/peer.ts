// Servers of other people, as Debian has them, each on loopback with a certificate of the test's authority.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '../client/client.ts'
import { type Authority } from '../support/authority.ts'
import { freePorts } from '../support/free-ports.ts'

/** How long one may take to be ready. */
const patienceMs = 60_000
const password = 'a long enough password'

/** Where a server of ours is, for the other one. */
export type Ours = { readonly domain: string; readonly s2sPort: number; readonly dnsPort: number }

export type Peer = {
  readonly domain: string
  readonly s2sPort: number
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Zoe is the one who has an account there. Signed in, and available. */
  comeOnline(resource: string): Promise<Client>
  log(): string
  remove(): Promise<void>
}

type Place = {
  readonly dir: string
  readonly domain: string
  readonly ours: Ours
  readonly c2sPort: number
  readonly s2sPort: number
  readonly httpPort: number
  readonly distPort: number
}

export type Kind = {
  readonly domain: string
  /** The program: without it there is nothing to test with. */
  readonly needs: string
  /** Writes the configuration. @returns how it is started */
  prepare(place: Place): {
    readonly command: string
    readonly args: readonly string[]
    readonly env: NodeJS.ProcessEnv
  }
  /** Once it listens; she may be there already. One that is killed soon after may have forgotten her. */
  addZoe(place: Place): Promise<void>
}

/** One of these, on free ports. */
export async function peer(kind: Kind, authority: Authority, ours: Ours): Promise<Peer> {
  const dir = mkdtempSync(join(tmpdir(), `onrecord-${kind.domain}-`))
  const [c2sPort = 0, s2sPort = 0, httpPort = 0, distPort = 0] = await freePorts(4)
  const { domain } = kind
  const place: Place = { dir, domain, ours, c2sPort, s2sPort, httpPort, distPort }
  const { cert, key } = authority.issue({ dns: [domain, `conference.${domain}`] })
  writeFileSync(join(dir, 'cert.pem'), cert)
  writeFileSync(join(dir, 'key.pem'), key)
  writeFileSync(join(dir, 'both.pem'), `${key}\n${cert}`)
  writeFileSync(join(dir, 'ca.pem'), authority.cert)
  const { command, args, env } = kind.prepare(place)
  giveAway(dir)
  let child: ChildProcess | null = null
  let said = ''

  async function kill(): Promise<void> {
    const running = child
    child = null
    if (!running?.pid || running.exitCode !== null) return
    const gone = once(running, 'exit')
    // The program may have children of its own.
    process.kill(-running.pid, 'SIGKILL')
    await gone
    // The system takes a moment longer to close what the program's children had open.
    for (const port of [c2sPort, s2sPort]) while (await canConnect(port));
  }

  return {
    domain,
    s2sPort,
    async start() {
      const started = spawn(command, args, {
        cwd: dir,
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: dir, ...env },
        detached: true,
      })
      child = started
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
      }
      await listens([c2sPort, s2sPort], started, () => said)
      await kind.addZoe(place)
    },
    kill,
    async comeOnline(resource) {
      const over = { over: 'plain', port: c2sPort, mechanism: 'PLAIN' } as const
      const client = await Client.signIn({ user: 'zoe', password, domain, resource, ...over })
      client.send(`<presence xmlns='jabber:client'/>`)
      return client
    },
    log: () => said + readIfThere(join(dir, 'log')),
    async remove() {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** ejabberd's program gives root up. */
function giveAway(dir: string): void {
  chmodSync(dir, 0o777)
  for (const name of ['cert.pem', 'key.pem', 'both.pem', 'ca.pem'])
    chmodSync(join(dir, name), 0o644)
}

async function listens(
  ports: readonly number[],
  child: ChildProcess,
  said: () => string,
): Promise<void> {
  const until = performance.now() + patienceMs
  for (const port of ports) {
    while (!(await canConnect(port))) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said()}`)
      if (performance.now() > until) throw new Error(`not ready: ${said()}`)
      await new Promise((again) => setTimeout(again, 50))
    }
  }
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

export const prosody: Kind = {
  domain: 'prosody.example',
  needs: '/usr/bin/prosody',
  prepare({ dir, domain, ours, c2sPort, s2sPort }) {
    const ssl = `ssl = { key = "${dir}/key.pem"; certificate = "${dir}/cert.pem"; cafile = "${dir}/ca.pem" }`
    writeFileSync(
      join(dir, 'prosody.cfg.lua'),
      `pidfile = "${dir}/pid"
data_path = "${dir}"
run_as_root = true
plugin_paths = { "${dir}" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${c2sPort} }
s2s_ports = { ${s2sPort} }
c2s_direct_tls_ports = {}
s2s_direct_tls_ports = {}
modules_enabled = { "disco"; "roster"; "saslauth"; "tls"; "dialback"; "s2s_bidi"; "smacks"; "carbons"; "mam"; "ping"; "posix"; "onrecord_test" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
default_archive_policy = true
s2s_secure_auth = true
s2s_require_encryption = true
onrecord_test = { ["${ours.domain}"] = ${ours.s2sPort}; ["conference.${ours.domain}"] = ${ours.s2sPort} }
log = { { levels = { min = "debug" }, to = "file", filename = "${dir}/log" } }
${ssl}
VirtualHost "${domain}"
  ${ssl}
Component "conference.${domain}" "muc"
  ${ssl}
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_locking = false
`,
    )
    writeFileSync(join(dir, 'mod_onrecord_test.lua'), prosodyPlugin)
    return {
      command: '/usr/bin/prosody',
      args: ['--config', join(dir, 'prosody.cfg.lua'), '-F'],
      env: {},
    }
  },
  async addZoe() {
    // The plugin does, before anybody can connect.
  },
}

/** Makes the account, and knows where our server is: there is no DNS for it. */
const prosodyPlugin = `
local um = require "core.usermanager";
local service, basic = require "net.resolvers.service", require "net.resolvers.basic";
if module:get_host_type() == "local" and not um.user_exists("zoe", module.host) then
  assert(um.create_user("zoe", "${password}", module.host));
end
if not service.onrecord_test then
  service.onrecord_test = true;
  local places, new = module:get_option("onrecord_test"), service.new;
  service.new = function (host, name, ...)
    if not places[host] then return new(host, name, ...); end
    if name ~= "xmpp-server" then return { next = function (_, cb) cb(nil, "no such record") end }; end
    return basic.new("127.0.0.1", places[host], ...);
  end
end
`

export const ejabberd: Kind = {
  domain: 'ejabberd.example',
  needs: '/usr/sbin/ejabberdctl',
  prepare({ dir, domain, ours, c2sPort, s2sPort, httpPort, distPort }) {
    writeFileSync(
      join(dir, 'ejabberd.yml'),
      `loglevel: info
hosts: [ ${domain} ]
certfiles: [ "${dir}/both.pem" ]
ca_file: "${dir}/ca.pem"
s2s_cafile: "${dir}/ca.pem"
s2s_use_starttls: required
s2s_dns_timeout: 2
s2s_dns_retries: 2
s2s_max_retry_delay: 1
auth_method: internal
listen:
  - { port: ${c2sPort}, ip: "127.0.0.1", module: ejabberd_c2s, access: all, starttls_required: false }
  - { port: ${s2sPort}, ip: "127.0.0.1", module: ejabberd_s2s_in }
  - { port: ${httpPort}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: { /api: mod_http_api } }
api_permissions:
  test: { who: [ { access: { allow: all } } ], what: [ "*" ] }
modules:
  mod_carboncopy: {}
  mod_disco: {}
  mod_mam: { default: always }
  mod_muc: { default_room_options: { mam: true } }
  mod_offline: {}
  mod_ping: {}
  mod_roster: {}
  mod_s2s_dialback: {}
  mod_stream_mgmt: {}
  mod_admin_extra: {}
`,
    )
    writeFileSync(
      join(dir, 'inetrc'),
      `{lookup,[file,native]}.\n{resolv_conf,""}.\n{nameserver,{127,0,0,1},${ours.dnsPort}}.\n`,
    )
    writeFileSync(
      join(dir, 'ejabberdctl.cfg'),
      `ERL_OPTIONS="-env ERL_CRASH_DUMP_BYTES 0"\nEJABBERD_PID_PATH=${dir}/pid\nERL_INETRC=${dir}/inetrc\n`,
    )
    const own = ['--config-dir', dir, '--ctl-config', join(dir, 'ejabberdctl.cfg')]
    const data = [
      '--logs',
      dir,
      '--spool',
      join(dir, 'spool'),
      '--node',
      `onrecord${distPort}@localhost`,
    ]
    const args = [
      'ejabberdctl',
      ...own,
      '--config',
      join(dir, 'ejabberd.yml'),
      ...data,
      'foreground',
    ]
    const env = { ERL_DIST_PORT: String(distPort) }
    if (process.getuid?.() !== 0)
      return { command: '/usr/sbin/ejabberdctl', args: args.slice(1), env }
    const as = [
      '--reuid=ejabberd',
      '--regid=ejabberd',
      '--init-groups',
      '--',
      '/usr/sbin/ejabberdctl',
    ]
    return { command: 'setpriv', args: [...as, ...args.slice(1)], env }
  },
  async addZoe({ domain, httpPort }) {
    const body = JSON.stringify({ user: 'zoe', host: domain, password })
    const answer = await fetch(`http://127.0.0.1:${httpPort}/api/register`, {
      method: 'POST',
      body,
    })
    if (!answer.ok && answer.status !== 409) throw new Error(await answer.text())
  },
}
