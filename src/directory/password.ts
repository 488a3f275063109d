/** Bytes of UTF-8, after preparation. */
const passwordBytesMax = 1_024

/** RFC 3454 table C.1.2: spaces other than the ASCII one, which RFC 4013 §2.1 maps to it. */
const otherSpaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu

/** RFC 3454 table B.1: commonly mapped to nothing. U+200B is a space by RFC 4013, which comes first. */
const mappedToNothing =
  /\u00ad|\u034f|\u1806|\u180b|\u180c|\u180d|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu

/**
 * RFC 4013 §2.3: controls, private use, non-characters, surrogates, unfit for plain text or for canonical form, changes
 * of display, tags, and, as this is a stored string (§2.5), what is not assigned.
 */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028\u2029\u202a-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u

/**
 * A password as SCRAM and PLAIN use it: SASLprep (RFC 4013), which RFC 5802 §2.2 asks of both sides.
 *
 * Two deviations, neither of which can keep anybody out who was let in: "assigned" is by the Unicode version of the
 * runtime and not by 3.2, so that emoji may be in passwords, and the rule for mixed directions (§2.4) is left out, as it
 * changes no password and only refuses some.
 *
 * @returns null when it is empty, too long, or has a prohibited character
 */
export function preparePassword(raw: string): string | null {
  const prepared = raw.replace(otherSpaces, ' ').replace(mappedToNothing, '').normalize('NFKC')
  if (prepared === '' || prohibited.test(prepared)) return null
  return Buffer.byteLength(prepared) > passwordBytesMax ? null : prepared
}
