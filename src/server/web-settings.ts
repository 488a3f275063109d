import * as kinds from './setting-kinds.ts'

/** Those of the API, and of alarms. */
export const webSettings = {
  ONRECORD_SESSION_DAYS: {
    kind: kinds.count(1, 90),
    or: '14',
    meaning:
      'How many days somebody who has signed in in a browser stays signed in without coming back. After 90 days everybody signs in anew.',
  },
  ONRECORD_API_PER_MINUTE: {
    kind: kinds.count(10, 1_000_000),
    or: '3000',
    meaning:
      'Requests to the API that one token, one browser, or one address that has not signed in may send in a minute.',
  },
  ONRECORD_SMTP_URL: {
    kind: kinds.smtpUrl,
    or: null,
    meaning: 'The mail server that takes mail of ours.',
  },
  ONRECORD_MAIL_FROM: {
    kind: kinds.listOfMail,
    or: null,
    meaning: 'Whom mail of ours is from. Without it `onrecord@` and the domain.',
  },
  ONRECORD_ALARM_MAIL: {
    kind: kinds.listOfMail,
    or: null,
    meaning: 'Who gets mail when an alarm is raised. It needs ONRECORD_SMTP_URL.',
  },
  ONRECORD_ALARM_ESCALATION_MAIL: {
    kind: kinds.listOfMail,
    or: null,
    meaning: 'Who gets mail, too, when nobody has looked at a critical alarm in time.',
  },
  ONRECORD_ALARM_ESCALATION_MINUTES: {
    kind: kinds.count(1, 10_080),
    or: '30',
    meaning: 'How many minutes a critical alarm may be new before that.',
  },
} as const
