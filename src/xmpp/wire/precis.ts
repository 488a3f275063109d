// RFC 8264 (PRECIS) and the two profiles of RFC 8265 that XMPP addresses use. Every function is idempotent.
//
// Two deviations, for lack of the Unicode properties in JavaScript: the joiners U+200C and U+200D are refused everywhere
// (RFC 5892 appendix A.1 and A.2 would allow them after a virama), and the Bidi rule (RFC 5893 section 2) is
// checked by script instead of by bidirectional class.

/** ASCII that is prepared already: no capitals and none of the eight characters of RFC 7622 section 3.3.1. */
const plainLocal = /^[!#$%()*+,\-.0-9;=?a-z[\\\]^_`{|}~]+$/
const forbiddenInLocal = /["&'/:<>@\s]/
const plainResource = /^[ -~]+$/

/** U+FF00 to U+FFEF and U+3000 are all characters with a wide or narrow decomposition (RFC 8265 section 3.3.2). */
const wideOrNarrow = /[\u3000\uff00-\uffef]/g
const otherSpaces = /\p{Zs}/gu

/** RFC 8264 section 4.2.1, before exceptions and contexts. */
const identifier =
  /^[!-~\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}\u00b7\u0375\u05f3\u05f4\u3007\u30fb\u06fd\u06fe\u0f0b]+$/u
/** RFC 8264 section 4.3.1: the same, with symbols, punctuation, spaces and all that has a compatibility form. */
const freeform = /^[\p{L}\p{M}\p{N}\p{S}\p{P}\p{Zs}]+$/u
/** RFC 8264 sections 9.9 and 9.12 to 9.13, and the disallowed exceptions of RFC 5892 section 2.6. */
const disallowed =
  /[\p{Default_Ignorable_Code_Point}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u0640\u07fa\u3031-\u3035\u303b]|\u302e|\u302f/u

/**
 * Prepares a localpart or user name: UsernameCaseMapped, RFC 8265 section 3.3, less what RFC 7622 section 3.3.1 forbids.
 *
 * @returns null when it may not be one
 */
export function usernameCaseMapped(text: string): string | null {
  if (plainLocal.test(text)) return text
  const mapped = text
    .replace(wideOrNarrow, (char) => char.normalize('NFKC'))
    .toLowerCase()
    .normalize('NFC')
  if (plainLocal.test(mapped)) return mapped
  if (forbiddenInLocal.test(mapped) || !identifier.test(mapped) || disallowed.test(mapped))
    return null
  for (const char of mapped) if (char > '\u007f' && char.normalize('NFKC') !== char) return null
  return inContext(mapped) && obeysBidiRule(mapped) && mapped.toLowerCase() === mapped
    ? mapped
    : null
}

/**
 * Prepares a resourcepart or password: OpaqueString, RFC 8265 section 4.2. Case and width stay.
 *
 * @returns null when it may not be one
 */
export function opaqueString(text: string): string | null {
  if (plainResource.test(text)) return text
  const mapped = text.replace(otherSpaces, ' ').normalize('NFC')
  if (!freeform.test(mapped) || disallowed.test(mapped)) return null
  return inContext(mapped) ? mapped : null
}

/** The contextual rules of RFC 5892 appendix A.3 to A.9. */
function inContext(text: string): boolean {
  if (/(?<!l)\u00b7|\u00b7(?!l)/.test(text)) return false
  if (/\u0375(?!\p{Script=Greek})/u.test(text)) return false
  if (/(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u.test(text)) return false
  if (text.includes('\u30fb') && !/[\p{Script=Hira}\p{Script=Kana}\p{Script=Han}]/u.test(text)) {
    return false
  }
  return !(/[\u0660-\u0669]/.test(text) && /[\u06f0-\u06f9]/.test(text))
}

const rtlScripts =
  '\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}' +
  '\\p{Script=Samaritan}\\p{Script=Mandaic}\\p{Script=Adlam}\\p{Script=Hanifi_Rohingya}'
const hasRtlLetter = new RegExp(`(?=\\p{L})[${rtlScripts}]`, 'u')
const startsRtl = new RegExp(`^(?=\\p{L})[${rtlScripts}]`, 'u')
const hasLtrLetter = new RegExp(`(?=\\p{L})[^${rtlScripts}]`, 'u')
const endsRtl = new RegExp(`(?:(?=\\p{L})[${rtlScripts}]|\\p{Nd})\\p{Mn}*$`, 'u')
const europeanDigit = /[0-9\u06f0-\u06f9]/
const arabicDigit = /[\u0660-\u0669]/

/** RFC 5893 section 2: what has a letter written from the right has none from the left, and begins and ends like it. */
function obeysBidiRule(text: string): boolean {
  if (!hasRtlLetter.test(text)) return true
  if (!startsRtl.test(text) || hasLtrLetter.test(text) || !endsRtl.test(text)) return false
  return !(europeanDigit.test(text) && arabicDigit.test(text))
}
