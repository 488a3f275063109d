// What a page does to make and to use a passkey. The tests put it into a page of the server's own origin.

/** Asks the API as a page does. Resolves with the status and what was said. */
async function ask(method, path, body) {
  const csrf = globalThis.csrf === undefined ? {} : { 'onrecord-csrf': globalThis.csrf }
  const answer = await fetch(`/api${path}`, {
    method,
    headers: { ...csrf, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const said = await answer.json()
  if (answer.status === 201 && said.csrf !== undefined) globalThis.csrf = said.csrf
  return { status: answer.status, ...said }
}

/** Who is signed in says with each change what only this page knows. */
async function signOut() {
  await ask('DELETE', '/v1/session')
  globalThis.csrf = undefined
}

globalThis.signInWithPassword = async (address, password) => {
  await signOut()
  return await ask('POST', '/v1/session', { address, password })
}

globalThis.addPasskey = async (name) => {
  const { challenge, options } = await ask('POST', '/v1/self/factors/passkey/options', {})
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const passkey = (await navigator.credentials.create({ publicKey })).toJSON()
  return await ask('POST', '/v1/self/factors/passkey', { challenge, name, passkey })
}

async function use({ challenge, passkey: options }) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const passkey = (await navigator.credentials.get({ publicKey })).toJSON()
  return { challenge, passkey }
}

globalThis.giveFactor = async (asked) => await ask('POST', '/v1/session/factor', await use(asked))

globalThis.signInWithPasskey = async () => {
  await signOut()
  return await globalThis.giveFactor(await ask('POST', '/v1/session/passkey', {}))
}

globalThis.proveAgain = async () =>
  await ask(
    'POST',
    '/v1/session/proof',
    await use(await ask('POST', '/v1/session/proof/passkey', {})),
  )

globalThis.see = async (path) => await ask('GET', path)
