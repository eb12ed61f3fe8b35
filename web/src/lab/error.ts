import { visible } from "./visible";

/** An error in words for the visitor, which may have names from files in them. What any other error says is never shown. */
export class UserError extends Error {
  constructor(message: string) {
    super(visible(message));
  }
}
