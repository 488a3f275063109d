import * as kinds from './setting-kinds.ts'

/** Those of webhooks. */
export const webhookSettings = {
  ONRECORD_WEBHOOK_NETWORKS: {
    kind: kinds.listOfNetworks,
    or: '',
    meaning:
      'IP addresses or networks that webhooks of bots may reach beside the Internet, such as `10.1.0.0/16`. With `127.0.0.1` in it they reach this machine, there in plain HTTP too.',
  },
} as const
