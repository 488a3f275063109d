import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { smtpMailer } from './mailer.ts'

test('mail arrives with its subject and text, and one that is refused is an error', async (t) => {
  const came: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('nobody') ? new Error('no such mailbox') : null),
    onData(stream, _session, done) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => (text += chunk))
      stream.on('end', () => {
        came.push(text)
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.after(async () => await new Promise<void>((closed) => server.close(closed)))
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const mailer = smtpMailer(`smtp://127.0.0.1:${port}`, 'onrecord@x.example')
  await mailer.send({ to: ['it@x.example'], subject: 'an alarm', text: 'Look at the disk.' })
  assert.match(came.join(), /^From: onrecord@x\.example\r$/m)
  assert.match(came.join(), /^Subject: an alarm\r$/m)
  assert.match(came.join(), /Look at the disk\./)
  await assert.rejects(mailer.send({ to: ['nobody@x.example'], subject: '', text: '' }))
})
