/* oxlint-disable no-unused-vars, unicorn/consistent-function-scoping -- one function, which is handed to a page as text */
/** Runs in the page: Wanda and Walter sign in with PLAIN on loopback's WebSocket; what Walter receives is the answer. */
async function talkInBrowser({ url, domain }) {
  const framing = 'urn:ietf:params:xml:ns:xmpp-framing'
  const parse = (text) => new DOMParser().parseFromString(text, 'text/xml').documentElement

  async function signIn(name, password) {
    const socket = new WebSocket(url, 'xmpp')
    const inbox = []
    let wake = () => {}
    socket.addEventListener('message', ({ data }) => {
      inbox.push(parse(String(data)))
      wake()
    })
    await new Promise((opened, failed) => {
      socket.addEventListener('open', opened)
      socket.addEventListener('error', () => {
        failed(new Error('no WebSocket'))
      })
    })
    const next = async (wanted) => {
      for (;;) {
        const at = inbox.findIndex((element) => element.localName === wanted)
        const [found] = at < 0 ? [] : inbox.splice(at, 1)
        if (found) return found
        await new Promise((resolve) => {
          wake = resolve
        })
      }
    }
    const open = async () => {
      socket.send(`<open xmlns='${framing}' to='${domain}' version='1.0'/>`)
      await next('features')
    }
    await open()
    const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
    const plain = btoa(`\u0000${name}\u0000${password}`)
    socket.send(`<auth xmlns='${sasl}' mechanism='PLAIN'>${plain}</auth>`)
    await next('success')
    await open()
    const bind = 'urn:ietf:params:xml:ns:xmpp-bind'
    socket.send(`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='${bind}'/></iq>`)
    await next('iq')
    socket.send(`<presence xmlns='jabber:client'/>`)
    await next('presence')
    return { socket, next }
  }

  const wanda = await signIn('wanda', 'wordpass')
  const walter = await signIn('walter', 'password')
  const body = '<body>hello from a browser \u2603</body>'
  wanda.socket.send(
    `<message xmlns='jabber:client' type='chat' to='walter@${domain}' id='1'>${body}</message>`,
  )
  const message = await walter.next('message')
  return message.getElementsByTagName('body')[0]?.textContent ?? ''
}
