// Text from files, which may hold anything.

/**
 * Returns the text with line breaks, other controls, and marks that turn the direction of text or cannot be seen, as \u{202e}.
 * The joiners of emoji and of Arabic and Indic scripts stay.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => (c === "\u200c" || c === "\u200d" ? c : `\\u{${c.codePointAt(0)!.toString(16)}}`));
}
