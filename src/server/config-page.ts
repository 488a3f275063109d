import { settingNames, settings } from './settings.ts'

/** docs/reference/config.md. `node scripts/reference.mjs` writes it. */
export function configPage(): string {
  const rows = settingNames.map((name) => {
    const { kind, or, meaning } = settings[name]
    return `| \`${name}\` | ${kind.name} | ${or ? `\`${or}\`` : ''} | ${meaning} |`
  })
  return `<!-- Generated from src/server/settings.ts by scripts/reference.mjs. -->

# Settings

Each is an environment variable, or a line with the same name in the TOML file that \`--config FILE\` gives:

\`\`\`toml
ONRECORD_DOMAIN = "example.org"
ONRECORD_BIND = "0.0.0.0"
ONRECORD_TLS_CERT = "tls/chain.pem"
ONRECORD_TLS_KEY = "tls/key.pem"
ONRECORD_PROXIES = ["10.0.0.7", "10.1.0.0/16"]
\`\`\`

A flag (\`--data\`) wins over the environment, that over the file, that over the default. An empty variable is as good as none.
A relative path is relative to the working directory, and in the file to the file's own folder. A name that is no setting, a bad
value and two settings that contradict each other stop the start with one sentence. \`onrecord config check\` prints each setting
with its value and where that comes from.

| Setting | Value | Default | Meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
