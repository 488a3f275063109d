// What is on its way to other people's servers, over a kill of ours.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { child, type Element, elements } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { until } from '../support/federation.ts'
import { type Both, startBoth } from './both.ts'
import { ejabberd, prosody } from './peer.ts'
import { testServer, type TestServer } from './server.ts'
import { addPeople, bodyOf, comeFor, comeOnline, nextMessage, say } from './people.ts'

/** The shortest that can be set. */
const giveUpSeconds = 5

for (const kind of [prosody, ejabberd]) {
  const skip = existsSync(kind.needs) ? false : `${kind.needs} is not installed`
  describe(`with ${kind.domain}`, { skip }, () => {
    const zoeAt = `zoe@${kind.domain}`
    let both: Both

    before(async () => {
      both = await startBoth(kind)
      addPeople(both.ours, 'anna')
    })

    after(async () => await both.remove())

    test('what waits when we are killed arrives when both are up again, once', async () => {
      const { ours, theirs } = both
      const anna = await comeOnline(ours, 'anna', 'phone')
      await theirs.kill()
      await onRecord(anna, zoeAt, 'on its way')
      await ours.kill()
      await theirs.start()
      // First: what comes while she signs in waits at her server, where it is not always in time.
      const zoe = await theirs.comeOnline('desk')
      await zoe.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, kind.domain)
      await ours.start()
      const again = await comeOnline(ours, 'anna', 'phone')
      assert.equal(bodyOf(await nextMessage(zoe)), 'on its way')
      say(again, zoeAt, 'and now', '2')
      assert.equal(bodyOf(await nextMessage(zoe)), 'and now')
    })

    test('what the other server had is on record, and a restart does not send it again', async () => {
      const { ours, theirs } = both
      const zoe = await theirs.comeOnline('laptop')
      const anna = await comeOnline(ours, 'anna', 'phone')
      say(anna, `${zoeAt}/laptop`, 'had', '3')
      await until(zoe, (element) => bodyOf(element) === 'had')
      while ((await waiting(ours)) > 0);
      assert.equal(await ours.stop(), 0)
      await ours.start()
      const again = await comeOnline(ours, 'anna', 'phone')
      say(again, `${zoeAt}/laptop`, 'next', '4')
      assert.equal(bodyOf(await nextMessage(zoe)), 'next')
    })

    test('all of it can be verified', async () => {
      await both.ours.stop()
      const { status, out, err } = both.ours.run(['verify'])
      assert.equal(status, 0, out + err)
    })
  })
}

test('where the other never comes back its sender is told, over kills, and once', async () => {
  const ours = await testServer({
    ONRECORD_S2S_ALLOW: 'gone.example',
    ONRECORD_S2S_HOSTS: 'gone.example=127.0.0.1:1',
    ONRECORD_S2S_GIVE_UP_SECONDS: String(giveUpSeconds),
  })
  try {
    await ours.start()
    addPeople(ours, 'anna')
    const anna = await comeOnline(ours, 'anna', 'phone')
    await onRecord(anna, 'zoe@gone.example', 'lost')
    await ours.kill()
    await ours.start()
    const again = await comeFor(ours, 'anna', 'phone')
    const error = await nextMessage(again)
    assert.deepEqual(
      [error.attrs['type'], error.attrs['from'], error.attrs['id'], conditionOf(error)],
      ['error', 'zoe@gone.example', 'lost', 'remote-server-timeout'],
    )
    await again.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, ours.domain)
    await ours.stop()
    await ours.start()
    const last = await comeFor(ours, 'anna', 'phone')
    say(last, last.jid, 'nothing came before this', 'n')
    assert.equal(bodyOf(await nextMessage(last)), 'nothing came before this')
  } finally {
    await ours.remove()
  }
})

/** Stanzas that the other server has not confirmed. */
async function waiting({ ports }: TestServer): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${ports.http}/metrics`)).text()
  return Number(/^onrecord_s2s_waiting_stanzas (\d+)$/m.exec(metrics)?.[1])
}

/** Said, and what came behind it was answered. */
async function onRecord(anna: Client, to: string, text: string): Promise<void> {
  say(anna, to, text, text)
  await anna.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, 'chat.example')
}

function conditionOf(stanza: Element): string {
  const error = child(stanza, 'error', 'jabber:client')
  return (error && elements(error)[0]?.name) ?? ''
}
