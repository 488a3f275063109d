import { type InvitationMode, invitationModes } from '../directory/invitation-modes.ts'
import {
  type OwnPasswordMode,
  ownPasswordModes,
  type SecondFactorMode,
  secondFactorModes,
} from '../directory/second-factor-modes.ts'
import { type OidcConfig, oidcConfigOf, type oidcSettings } from './oidc-settings.ts'
import * as kinds from './setting-kinds.ts'

/** How people come in through the web. */
export const signInSettings = {
  ONRECORD_WEB_URL: {
    kind: kinds.webUrl,
    or: null,
    meaning:
      'Where people find this server with their browsers, such as `https://chat.example.org`: passkeys are bound to it, and are lost with it. Default: as ONRECORD_UPLOAD_URL.',
  },
  ONRECORD_SECOND_FACTOR: {
    kind: kinds.choice(...secondFactorModes),
    or: 'optional',
    meaning:
      'Who needs a second factor to sign in in a browser beside those who have one: `officers` is everybody whose role is more than member or guest.',
  },
  ONRECORD_XMPP_OWN_PASSWORD: {
    kind: kinds.choice(...ownPasswordModes),
    or: 'unless-factor',
    meaning:
      'Whether the account’s own password opens XMPP streams, where no second factor is asked for. `unless-factor`: not of who has a second factor, or needs one by ONRECORD_SECOND_FACTOR; his clients have application passwords. `always`, `never`: whoever it is.',
  },
  ONRECORD_PASSWORD_LENGTH: {
    kind: kinds.count(0, 64),
    or: '8',
    meaning:
      'Characters that passwords have at least that are set in a browser or over the API; those that everybody tries first, or that are made of names of the person or the company, are refused. 0: any will do.',
  },
  ONRECORD_INVITATIONS: {
    kind: kinds.choice(...invitationModes),
    or: 'administrators',
    meaning:
      'Who invites people (XEP-0401): `administrators` to an account; with `contacts` everybody may invite contacts, too; with `accounts` these may get an account here. `off`: nobody comes with an invitation.',
  },
  ONRECORD_INVITATION_DAYS: {
    kind: kinds.count(1, 365),
    or: '7',
    meaning: 'How many days an invitation can be used.',
  },
} as const

export type SignInConfig = {
  /** Null: as `uploadUrl`. */
  readonly webUrl: string | null
  readonly secondFactor: SecondFactorMode
  readonly opening: {
    readonly ownPassword: OwnPasswordMode
    readonly secondFactor: SecondFactorMode
  }
  /** Null: there is no identity provider. */
  readonly oidc: OidcConfig | null
  readonly passwords: { readonly lengthMin: number }
  /** XEP-0401. */
  readonly invitations: { readonly mode: InvitationMode; readonly days: number }
}

export function signInConfigOf(
  valueOf: (name: keyof typeof signInSettings | keyof typeof oidcSettings) => string | null,
): SignInConfig {
  const text = (name: keyof typeof signInSettings): string => valueOf(name) ?? ''
  const mode = invitationModes.find((name) => name === text('ONRECORD_INVITATIONS')) ?? 'off'
  const wanted = secondFactorModes.find((name) => name === text('ONRECORD_SECOND_FACTOR'))
  const secondFactor = wanted ?? 'optional'
  const own = ownPasswordModes.find((name) => name === text('ONRECORD_XMPP_OWN_PASSWORD'))
  return {
    webUrl: valueOf('ONRECORD_WEB_URL'),
    secondFactor,
    opening: { ownPassword: own ?? 'unless-factor', secondFactor },
    oidc: oidcConfigOf(valueOf),
    passwords: { lengthMin: Number(text('ONRECORD_PASSWORD_LENGTH')) },
    invitations: { mode, days: Number(text('ONRECORD_INVITATION_DAYS')) },
  }
}
