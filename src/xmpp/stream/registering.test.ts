import { memoryAccess } from '../../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Client } from '../../../test/client/client.ts'
import { TcpLink } from '../../../test/client/link.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { freshState } from '../../../test/fakes/state.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { silentLog } from '../../base/log.ts'
import { systemClock } from '../../base/clock.ts'
import { Secret } from '../../base/secret.ts'
import { systemRandom } from '../../base/random.ts'
import { openDirectory } from '../../directory/open.ts'
import { type Directory, type InvitationMode } from '../../directory/ports.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { parseJid } from '../wire/jid.ts'

const header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>`
const NS = 'jabber:iq:register'

/** A stream that nobody has signed in on, and what it is answered. */
type Stranger = {
  readonly features: Element
  /** @returns the payload's name or none for a result, else the condition and type of the error */
  ask(type: 'get' | 'set', payload: string): Promise<string>
  /** The payload of the last answer. */
  payload(): Element | undefined
}

test('somebody with a token makes an account, and signs in', async (t) => {
  const { directory, stranger, streams } = await setUp(t)
  const token = await invite(directory, null)
  const s = await stranger()
  assert.ok(child(s.features, 'register', 'urn:xmpp:ibr-token:0'))
  assert.ok(child(s.features, 'register', 'http://jabber.org/features/iq-register'))
  assert.equal(await s.ask('set', preauth(token)), 'result')
  assert.equal(await s.ask('get', query('')), 'result')
  assert.deepEqual(
    elements(s.payload() ?? assert.fail()).map(({ name }) => name),
    ['instructions', 'username', 'password'],
  )
  assert.equal(await s.ask('set', account('Juliet', 'pw')), 'result')
  assert.equal(await s.ask('set', account('romeo', 'pw')), 'not-acceptable modify')
  const { port } = streams
  await Client.signIn({ user: 'juliet', password: 'pw', over: 'plain', port })
})

test('without a token there is no registration, whether it is asked about or tried', async (t) => {
  for (const mode of ['accounts', 'off'] as const) {
    const { stranger } = await setUp(t, mode)
    const s = await stranger()
    assert.equal(await s.ask('get', query('')), 'service-unavailable cancel')
    assert.equal(await s.ask('set', account('eve', 'pw')), 'service-unavailable cancel')
    assert.equal(await s.ask('set', preauth('never')), 'item-not-found cancel')
    assert.equal(await s.ask('set', account('eve', 'pw')), 'service-unavailable cancel')
    assert.equal(
      child(s.features, 'register', 'urn:xmpp:ibr-token:0') === undefined,
      mode === 'off',
    )
  }
})

test('that accounts are made at all is announced while somebody could come', async (t) => {
  const { directory, stranger } = await setUp(t)
  const open = async (): Promise<boolean> =>
    child((await stranger()).features, 'register', 'http://jabber.org/features/iq-register') !==
    undefined
  assert.equal(await open(), false)
  await invite(directory, null)
  assert.equal(await open(), true)
  const [invitation] = directory.invitations.list()
  await directory.invitations.revoke(invitation?.id ?? '', { commandLine: true })
  assert.equal(await open(), false)
})

test('what is wrong with a registration is told, and can be put right', async (t) => {
  const { directory, stranger } = await setUp(t)
  const s = await stranger()
  await s.ask('set', preauth(await invite(directory, null)))
  assert.equal(await s.ask('set', account('', 'pw')), 'not-acceptable modify')
  assert.equal(await s.ask('set', account('eve', '')), 'not-acceptable modify')
  assert.equal(await s.ask('set', query('<remove/>')), 'unexpected-request wait')
  assert.equal(await s.ask('set', account('ANN', 'pw')), 'conflict cancel')
  assert.equal(await s.ask('set', account('e ve', 'pw')), 'not-acceptable modify')
  assert.equal(await s.ask('set', account('eve', 'a&#9;b')), 'not-acceptable modify')
  assert.equal(await s.ask('set', account('eve@elsewhere.org', 'pw')), 'not-acceptable modify')
  assert.equal(await s.ask('set', account('eve@localhost', 'pw')), 'result')
  assert.ok(directory.find('eve@localhost'))
})

test('who keeps asking for names that are taken is told to stop', async (t) => {
  const { directory, stranger } = await setUp(t)
  const s = await stranger()
  await s.ask('set', preauth(await invite(directory, null)))
  for (let attempt = 0; attempt < 5; attempt += 1)
    assert.equal(await s.ask('set', account('ann', 'pw')), 'conflict cancel')
  assert.equal(await s.ask('set', account('eve', 'pw')), 'not-acceptable modify')
})

test('a name that the invitation is for is shown, and no other is taken', async (t) => {
  const { directory, stranger } = await setUp(t)
  const s = await stranger()
  await s.ask('set', preauth(await invite(directory, 'juliet')))
  await s.ask('get', query(''))
  assert.equal(textOf(child(s.payload() ?? assert.fail(), 'username', NS)), 'juliet')
  assert.equal(await s.ask('set', account('romeo', 'pw')), 'not-acceptable modify')
  assert.equal(await s.ask('set', account('juliet', 'pw')), 'result')
})

test('a token that was used or taken back on another stream is good for nothing', async (t) => {
  const { directory, stranger } = await setUp(t)
  const token = await invite(directory, null)
  const [one, other] = [await stranger(), await stranger()]
  for (const s of [one, other]) assert.equal(await s.ask('set', preauth(token)), 'result')
  assert.equal(await one.ask('set', account('juliet', 'pw')), 'result')
  assert.equal(await other.ask('set', account('romeo', 'pw')), 'not-allowed cancel')
  assert.equal(await other.ask('set', preauth(token)), 'item-not-found cancel')
})

test('tokens are guessed as slowly as passwords', async (t) => {
  const { stranger } = await setUp(t, 'accounts', {
    accountFree: 2,
    delayMs: 60_000,
    delayMsMax: 60_000,
  })
  const s = await stranger()
  assert.equal(await s.ask('set', preauth('1')), 'item-not-found cancel')
  assert.equal(await s.ask('set', preauth('2')), 'item-not-found cancel')
  assert.equal(await s.ask('set', preauth('3')), 'resource-constraint wait')
})

test('nothing else is answered before sign-in, and nothing at all where it is not safe', async (t) => {
  const { streams, directory } = await setUp(t)
  const asking = await connect(streams)
  asking.send(`<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>`)
  assert.match(textOfAll(await asking.incoming.rest()), /not-authorized/)
  const strict = await testStreams(t, { allowPlaintext: 'never' }, directory)
  const inClear = await connect(strict)
  inClear.send(`<iq type='set' id='1'>${preauth('any')}</iq>`)
  assert.match(textOfAll(await inClear.incoming.rest()), /not-authorized/)
})

const query = (inside: string): string => `<query xmlns='${NS}'>${inside}</query>`
const account = (name: string, password: string): string =>
  query(`<username>${name}</username><password>${password}</password>`)
const preauth = (token: string): string => `<preauth xmlns='urn:xmpp:pars:0' token='${token}'/>`

async function invite(directory: Directory, name: string | null): Promise<string> {
  const wanted = { to: 'account', name, subscribes: false } as const
  return (await directory.invitations.make(wanted, { commandLine: true })).token.reveal()
}

async function connect(streams: TestStreams): Promise<TcpLink> {
  const link = await TcpLink.connect(streams.port)
  link.send(header)
  return link
}

function textOfAll(all: readonly Element[]): string {
  return all.flatMap((element) => elements(element).map(({ name }) => name)).join(' ')
}

async function setUp(
  t: TestContext,
  mode: InvitationMode = 'accounts',
  throttle: Partial<typeof fast> = {},
): Promise<{
  readonly streams: TestStreams
  readonly directory: Directory
  readonly stranger: () => Promise<Stranger>
}> {
  const directory = await openDirectory({
    access: memoryAccess(),
    state: await freshState(t),
    record: fakeRecord(),
    domain: 'localhost',
    parseAddress: parseJid,
    invitations: { mode, days: 7 },
    clock: systemClock,
    elsewhere: null,
    scramIterations: 10, // so that the tests are quick
    webCost: { memory: 8, passes: 1 },
    opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
    random: systemRandom(),
    log: silentLog,
  })
  const password = new Secret('pw')
  const by = { commandLine: true } as const
  await directory.add({ address: 'ann@localhost', password, role: 'member', by })
  const streams = await testStreams(t, { throttle: { ...fast, ...throttle } }, directory)
  return { streams, directory, stranger: async () => await strangerOn(streams) }
}

const fast = {
  accountFree: 100,
  accountLeakMs: 1_000_000,
  delayMs: 1,
  delayMsMax: 1,
  waitMsMax: 1_000,
  addressFree: 100,
  addressLeakMs: 1_000_000,
  remembered: 100,
}

async function nextThat(link: TcpLink, fits: (element: Element) => boolean): Promise<Element> {
  for (;;) {
    const element = await link.incoming.next()
    if (fits(element)) return element
  }
}

async function strangerOn(streams: TestStreams): Promise<Stranger> {
  const link = await connect(streams)
  const features = await nextThat(link, ({ name }) => name === 'features')
  let last: Element | undefined
  let count = 0
  return {
    features,
    payload: () => last,
    async ask(type, payload) {
      count += 1
      link.send(`<iq type='${type}' id='q${count}' to='localhost'>${payload}</iq>`)
      const answer = await nextThat(link, ({ attrs }) => attrs['id'] === `q${count}`)
      assert.equal(answer.attrs['from'], 'localhost')
      if (answer.attrs['type'] === 'result') {
        last = elements(answer)[0]
        return 'result'
      }
      const error = child(answer, 'error', 'jabber:client') ?? assert.fail()
      return `${elements(error)[0]?.name} ${error.attrs['type']}`
    },
  }
}
