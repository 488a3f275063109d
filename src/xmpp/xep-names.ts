/** `[XEP-0045](…)` */
export function linkTo(xep: number): string {
  return `[${nameOf(xep)}](${addressOf(xep)})`
}

function nameOf(xep: number): string {
  return `XEP-${String(xep).padStart(4, '0')}`
}

export function addressOf(xep: number): string {
  return `https://xmpp.org/extensions/${nameOf(xep).toLowerCase()}.html`
}
