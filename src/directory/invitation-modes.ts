/**
 * Who may come with invitations. `administrators`: for accounts that administrators invite to; `contacts`: everybody may invite
 * contacts, too; `accounts`: and these may get an account here.
 */
export const invitationModes = ['off', 'administrators', 'contacts', 'accounts'] as const

export type InvitationMode = (typeof invitationModes)[number]
