// A kill while somebody comes from the identity provider for the first time, before or after any write: also between the act that links her and its application.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { stopAt } from '../../../test/support/stop-at.ts'
import { silentLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { type Directory } from '../ports.ts'
import { type Said } from './ports.ts'
import { createOidcSignIn, type OidcSignIn } from './sign-in.ts'

const never = async (): Promise<never> => await Promise.reject(new Error('not in this test'))
const journey = { state: '', nonce: '', verifier: '' }
const issuer = 'https://login.example.org'

/** The provider says this of whoever comes. */
function signIn(directory: Directory, subject: string): OidcSignIn {
  const claims = { preferred_username: 'ann', groups: ['g-1'] }
  const said: Said = { issuer, subject, session: null, claims, idToken: '' }
  const finish = async (): Promise<Said> => await Promise.resolve(said)
  return createOidcSignIn({
    provider: { begin: never, finish, signedOut: never, signOutUrl: never },
    rules: {
      addressClaim: 'preferred_username',
      creates: true,
      groupsClaim: 'groups',
      groups: [['g-1', 'traders']],
    },
    directory,
    sessions: { list: () => [], end: never },
    domain: 'example.org',
    random: systemRandom(),
    log: silentLog,
  })
}

test('whatever write we are killed before or after, she is linked by the act on record, comes in as the same person, and nobody else comes in for her', async (t) => {
  let linked = 0
  for (let call = 1; ; call++)
    for (const when of ['before', 'after'] as const) {
      const { directory, isLinked, isOver } = await killedAt(t, call, when)
      if (isOver) {
        // After the act, and before, in and after its application.
        assert.ok(linked > 2, 'each write was tried')
        return
      }
      if (isLinked) {
        linked++
        await assert.rejects(signIn(directory, 'b-1').finish('', journey), {
          code: 'identity.taken',
        })
      }
      const before = directory.find('ann@example.org')
      const { person } = await signIn(directory, 'a-1').finish('', journey)
      if (before !== null) assert.equal(person.id, before.id)
      assert.equal(directory.identities.find({ issuer, subject: 'a-1' }), person.id)
      assert.equal(directory.list().length, 1)
      assert.deepEqual(directory.groupsOf(person.id), ['traders'])
    }
})

async function killedAt(
  t: TestContext,
  call: number,
  when: 'before' | 'after',
): Promise<{ directory: Directory; isLinked: boolean; isOver: boolean }> {
  const scene = await directoryScene(t)
  const stop = stopAt(call, when)
  const state = stop.state(scene.state)
  const running = await scene.openOn({ state, record: stop.record(scene.record) })
  const come = signIn(running, 'a-1').finish('', journey)
  const outcome = await Promise.race([come.then(() => 'done'), stop.stopped])
  const directory = await scene.reopen()
  const onRecord = scene.record.entries.some(({ kind }) => kind === 'identity.link')
  const isLinked = directory.identities.find({ issuer, subject: 'a-1' }) !== null
  // On record is linked, whatever the state had of it when we were killed.
  assert.equal(isLinked, onRecord, `${when} ${call}`)
  return { directory, isLinked, isOver: outcome === 'done' }
}
