// Writes verifier/onrecord-verify.html: the verifier's own modules, put into one page that works off line.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../verifier/', import.meta.url)
const read = (name) => readFileSync(new URL(name, folder), 'utf8')

/** Each is behind those that it imports. Each keeps a scope of its own. */
const modules = [
  'bytes.mjs',
  'page/sha256.mjs',
  'zip.mjs',
  'tree.mjs',
  'entries.mjs',
  'note.mjs',
  'keys.mjs',
  'proof.mjs',
  'manifest.mjs',
  'chain.mjs',
  'contents.mjs',
  'tst.mjs',
  'report.mjs',
  'verify.mjs',
  'page/page.mjs',
]

/** The page as it has to be. */
export function verifierPage() {
  const script = modules.map(scopeOf).join('\n')
  const style = read('page/page.css')
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const put = { POLICY: policy, STYLE: style, SCRIPT: script }
  return read('page/page.html').replaceAll(/POLICY|STYLE|SCRIPT/g, (name) => put[name])
}

/** A module as a function that gives what it exports: names that are its own stay its own. */
function scopeOf(name) {
  const exported = []
  const source = read(name)
    .replaceAll(
      /^import \{([^}]+)\} from '[^']*?([\w-]+)\.mjs'$/gm,
      (_, names, from) => `const {${names}} = ${variable(from)}`,
    )
    .replaceAll(/^export ((?:async )?function\*? |class |const )(\w+)/gm, (_, what, own) => {
      exported.push(own)
      return `${what}${own}`
    })
  if (/^(?:import|export) /m.test(source))
    throw new Error(`${name} imports or exports in another way`)
  const file = name.split('/').at(-1).replace('.mjs', '')
  return `// ${name}\nconst ${variable(file)} = (() => {\n${source}\nreturn { ${exported.join(', ')} }\n})()`
}

function variable(file) {
  return `${file.replaceAll('-', '')}Module`
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('onrecord-verify.html', folder), verifierPage())
