/** An error in words for the visitor. What any other error says is never shown. */
export class UserError extends Error {}
