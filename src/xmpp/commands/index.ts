import { type Host } from '../host.ts'
import { addUser } from './add-user.ts'
import { announce } from './announce.ts'
import { deleteUser, disableUser, reenableUser } from './change-people.ts'
import { changeUserPassword } from './change-user-password.ts'
import { type Command } from './command.ts'
import { countUsers } from './count-users.ts'
import { editAdmin } from './edit-admin.ts'
import { endUserSession } from './end-user-session.ts'
import { getUserLastLogin } from './get-user-lastlogin.ts'
import { getUserRoster } from './get-user-roster.ts'
import { invite, inviteToAccount } from './invite.ts'
import { kindsOfPeople } from './kinds-of-people.ts'
import { listUsers } from './list-users.ts'
import { deleteMotd, editMotd, setMotd } from './motd.ts'
import { createNotices, greetThoseWhoCome } from './notices.ts'
import { userStats } from './user-stats.ts'
import { deleteWelcome, setWelcome } from './welcome.ts'

/** All commands of the server, in the order in which a menu has them. A new one is its file, and its name here. */
export function commandsOf(host: Host): readonly Command[] {
  const notices = createNotices(host)
  greetThoseWhoCome(host, notices)
  return [
    addUser(host),
    deleteUser(host),
    disableUser(host),
    reenableUser(host),
    endUserSession(host),
    changeUserPassword(host),
    getUserRoster(host),
    getUserLastLogin(host),
    userStats(host),
    ...kindsOfPeople.map((kind) => countUsers(host, kind)),
    ...kindsOfPeople.map((kind) => listUsers(host, kind)),
    announce(host, notices),
    setMotd(host, notices),
    editMotd(host, notices),
    deleteMotd(host),
    setWelcome(host),
    deleteWelcome(host),
    editAdmin(host),
    invite(host),
    inviteToAccount(host),
  ]
}
