import { createOidcSignIn, type OidcSignIn } from '../directory/oidc/sign-in.ts'
import { type Directory } from '../directory/ports.ts'
import { type Sessions } from '../directory/web/sessions.ts'
import { oidcProvider } from '../storage/oidc/provider.ts'
import { apiPath } from '../api/door/door.ts'
import { comeFromProvider } from '../api/sign-in/provider.ts'
import { type Config } from './config.ts'
import { clientSecretIn } from './oidc-settings.ts'
import { webOriginOf } from './public-urls.ts'
import { type Outside } from './storage.ts'

/** Null: everybody signs in here. @throws {OperatorError} where its secret cannot be read */
export function openOidc(
  config: Config,
  parts: Outside & { readonly directory: Directory; readonly sessions: Sessions },
): OidcSignIn | null {
  const { oidc, domain } = config
  if (oidc === null) return null
  const origin = webOriginOf(config)
  const provider = oidcProvider({
    ...oidc,
    clientSecret: clientSecretIn(oidc),
    redirectUri: `${origin}${apiPath}${comeFromProvider.path}`,
    afterSignOut: `${origin}/`,
  })
  return createOidcSignIn({ ...parts, provider, rules: oidc.rules, domain })
}
