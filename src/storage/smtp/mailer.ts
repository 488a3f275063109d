import { createTransport } from 'nodemailer'
import { type Mailer } from '../../alarms/ports.ts'

const waitMs = 30_000

/** Hands mail to a server, one connection for each: there is little of it. @param url `smtps://user:password@host`, or `smtp://host:25` */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
  })
  return {
    async send({ to, subject, text }) {
      // Nothing is read from this machine, or from elsewhere, for a mail of ours.
      const closed = { disableFileAccess: true, disableUrlAccess: true }
      await transport.sendMail({ from, to: [...to], subject, text, ...closed })
    },
  }
}
